package dev.mcpgateway.broker.backend;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.backend.Opening.Busy;
import dev.mcpgateway.broker.backend.Opening.Failed;
import dev.mcpgateway.broker.backend.Opening.Opened;
import dev.mcpgateway.broker.backend.Opening.TimedOut;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.session.RouterTokens;
import dev.mcpgateway.broker.session.SessionVerdict;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions with servers that belong to the sessions of this gateway. Opened by the first call
 * that needs one, by one of the callers while the others wait for it; kept until the client's
 * session ends, the server forgets it or room is needed. In memory: another replica opens its own.
 */
public final class BackendSessions {
  /** Bounds what one caller waits; less than Envoy's {@code message_timeout} of 10 s. */
  public static final Duration OPEN_TIMEOUT = Duration.ofSeconds(8);

  /** Client sessions that have sessions with servers; beyond it the longest unused one goes. */
  public static final int MAX_CLIENT_SESSIONS = 20_000;

  /** Callers that wait at one time: each holds a stream of Envoy's, and openings need some too. */
  private static final int MAX_WAITING = 512;

  /** Sessions that are being ended at one time; further ones are left to their servers. */
  private static final int MAX_ENDING = 64;

  private static final Logger log = LoggerFactory.getLogger(BackendSessions.class);

  private final SessionOpener opener;
  private final SessionTable table;
  private final Duration timeout;
  private final BackendMetrics metrics;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final Semaphore ending = new Semaphore(MAX_ENDING);

  BackendSessions(
      SessionOpener opener, int capacity, Duration timeout, Clock clock, MeterRegistry meters) {
    this.opener = opener;
    this.timeout = timeout;
    this.table = new SessionTable(capacity, clock);
    this.metrics = new BackendMetrics(meters, table::size);
  }

  /**
   * Sessions opened through the Gateway.
   *
   * @param privateHost {@code host:port} of the Gateway inside the cluster
   */
  public static BackendSessions throughGateway(
      String privateHost, RouterTokens tokens, Clock clock, MeterRegistry meters) {
    return new BackendSessions(
        new Hairpin(privateHost, tokens), MAX_CLIENT_SESSIONS, OPEN_TIMEOUT, clock, meters);
  }

  /**
   * The session with {@code server} on behalf of a client's session; opens it when there is none.
   * Blocks {@link #OPEN_TIMEOUT} at most. A failure is not remembered.
   */
  public Opening session(SessionVerdict.Valid client, ServerConfig server, CallerHeaders headers)
      throws InterruptedException {
    SessionTable.Claim claim = table.claim(client, server);
    claim.evicted().forEach(this::endLater);
    SessionSlot slot = claim.slot();
    if (slot.now() instanceof Opened opened) {
      return opened;
    }
    if (!waiting.tryAcquire()) {
      if (claim.first()) {
        finish(slot, new Busy());
      }
      return new Busy();
    }
    try {
      if (claim.first()) {
        start(slot, client, headers);
      }
      return slot.opening().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("openings complete with values only", e);
    } finally {
      waiting.release();
    }
  }

  /**
   * Drops a session its server no longer knows, so that the next call opens a new one.
   *
   * @param used the session the call went out with; a newer one stays
   * @param tell whether to end it at the server too, because it may still be there
   */
  public void forget(
      SessionVerdict.Valid client, ServerConfig server, ServerSession used, boolean tell) {
    SessionSlot dropped = table.drop(client.sessionId(), server.name(), used);
    if (dropped != null && tell) {
      endLater(dropped);
    }
  }

  /**
   * Ends everything that belongs to a client's session, which has ended itself. Returns at once;
   * servers are told in the background.
   *
   * @param clientSessionId {@link SessionVerdict.Valid#sessionId()}
   */
  public void close(String clientSessionId) {
    table.dropAll(clientSessionId).forEach(this::endLater);
  }

  private void start(SessionSlot slot, SessionVerdict.Valid client, CallerHeaders headers) {
    Thread worker =
        Thread.ofVirtual().name("open-session").unstarted(() -> open(slot, client, headers));
    var _ =
        slot.opening().completeOnTimeout(new TimedOut(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    slot.whenKnown(opening -> {
      if (!(opening instanceof Opened)) {
        table.drop(slot);
        worker.interrupt();
      }
    });
    worker.start();
  }

  private void open(SessionSlot slot, SessionVerdict.Valid client, CallerHeaders headers) {
    long started = System.nanoTime();
    Opening opening;
    try {
      opening = opener.open(slot.server(), client.protocolVersion(), headers);
    } catch (InterruptedException e) {
      opening = new TimedOut();
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("server", slot.server().name())
          .setCause(e)
          .log("Opening a session failed unexpectedly");
      opening = new Failed("internal error");
    }
    metrics.opened(opening, System.nanoTime() - started);
    finish(slot, opening);
  }

  private void finish(SessionSlot slot, Opening opening) {
    if (!(opening instanceof Opened)) {
      table.drop(slot);
      // Debug: any client can cause it, as often as it likes; the metric counts.
      log.atDebug()
          .addKeyValue("server", slot.server().name())
          .addKeyValue("outcome", opening)
          .log("No session with the server");
    }
    if (!slot.opening().complete(opening) && opening instanceof Opened(ServerSession late)) {
      // Too late for everybody who waited.
      endLater(slot.server(), late);
    }
  }

  private void endLater(SessionSlot slot) {
    slot.whenKnown(opening -> {
      if (opening instanceof Opened(ServerSession session)) {
        endLater(slot.server(), session);
      }
    });
  }

  private void endLater(ServerConfig server, ServerSession session) {
    if (session.id() == null || !ending.tryAcquire()) {
      return;
    }
    Thread.ofVirtual()
        .name("end-session")
        .start(() -> {
          try {
            opener.end(server, session, CallerHeaders.credentialOf(server));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            ending.release();
          }
        });
  }
}
