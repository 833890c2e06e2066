package dev.mcpgateway.broker.push;

import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.http.BodyReader;
import dev.mcpgateway.broker.push.PushDispatcher.Answer;
import dev.mcpgateway.broker.push.PushMetrics.Outcome;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /push}. For the controller only: the chart's HTTPRoute does not lead here, and what
 * was not sealed with this instance's key learns nothing.
 */
public final class PushRoutes implements HttpService, AutoCloseable {
  /** Requests at the same time, held ones included; each may be as large as a configuration. */
  static final int MAX_CONCURRENT = 32;

  private static final Logger log = LoggerFactory.getLogger(PushRoutes.class);

  private final PushDispatcher dispatcher;
  private final PushMetrics metrics;
  private final BodyReader bodies;
  private final Semaphore slots = new Semaphore(MAX_CONCURRENT);

  /**
   * @param bodyDeadline how long a request may take to arrive: whoever sends it occupies one of the
   *     slots meanwhile
   */
  public PushRoutes(PushDispatcher dispatcher, PushMetrics metrics, Duration bodyDeadline) {
    this.dispatcher = dispatcher;
    this.metrics = metrics;
    this.bodies = new BodyReader(PushCodec.MAX_REQUEST_BYTES, bodyDeadline);
  }

  @Override
  public void routing(HttpRules routing) {
    routing
        .post("/", this::post)
        .any(
            "/",
            (req, res) -> {
              res.header(HeaderNames.ALLOW, "POST");
              res.header(HeaderValues.CONNECTION_CLOSE);
              res.status(405).send();
            });
  }

  @Override
  public void close() {
    bodies.close();
  }

  private void post(ServerRequest req, ServerResponse res) {
    if (!slots.tryAcquire()) {
      // Its body is not read, so the connection is of no further use.
      res.header(HeaderValues.CONNECTION_CLOSE);
      send(res, Answer.empty(503, Outcome.BUSY));
      return;
    }
    try {
      byte[] sealed = bodies.read(req);
      if (sealed == null) {
        res.header(HeaderValues.CONNECTION_CLOSE);
        send(res, Answer.empty(413, Outcome.TOO_LARGE));
      } else {
        send(res, answer(sealed));
      }
    } finally {
      slots.release();
    }
  }

  private Answer answer(byte[] sealed) {
    try {
      return dispatcher.handle(sealed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.empty(503, Outcome.DRAINING);
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("A push failed unexpectedly");
      return Answer.empty(500, Outcome.FAILED);
    }
  }

  private void send(ServerResponse res, Answer answer) {
    metrics.answered(answer.outcome());
    res.status(answer.status());
    if (answer.body() == null) {
      res.send();
    } else {
      res.header(HeaderValues.CONTENT_TYPE_OCTET_STREAM);
      res.send(answer.body());
    }
  }
}
