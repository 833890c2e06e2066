package dev.mcpgateway.broker.push;

import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.http.BodyReader;
import dev.mcpgateway.broker.push.PushDispatcher.Answer;
import dev.mcpgateway.broker.push.PushDispatcher.Opened;
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
 *
 * <p>Nobody else can keep the controller out either: a place is for who has been recognised, and
 * until then a request has one of few short stays. It is read, where a slow sender gives way to the
 * next one, and opened, which takes as long as computing. What the controller has sent before is
 * answered at once, so whoever records its requests gains no place with them.
 */
public final class PushRoutes implements HttpService, AutoCloseable {
  /** Requests of the controller at the same time, held ones included. */
  static final int MAX_CONCURRENT = 32;

  /** Bodies of strangers, which the controller is too at first, that are read at the same time. */
  static final int MAX_READING = 16;

  /** And that are being opened at the same time; each may be as large as a configuration. */
  static final int MAX_OPENING = 8;

  private static final Logger log = LoggerFactory.getLogger(PushRoutes.class);

  private final PushDispatcher dispatcher;
  private final PushMetrics metrics;
  private final BodyReader bodies;
  private final Exchanges exchanges = new Exchanges();
  private final Semaphore opening = new Semaphore(MAX_OPENING);
  private final Semaphore places = new Semaphore(MAX_CONCURRENT);

  /**
   * @param bodyDeadline how long a request may take to arrive
   */
  public PushRoutes(PushDispatcher dispatcher, PushMetrics metrics, Duration bodyDeadline) {
    this.dispatcher = dispatcher;
    this.metrics = metrics;
    this.bodies = new BodyReader(PushCodec.MAX_REQUEST_BYTES, bodyDeadline, MAX_READING);
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
    byte[] sealed = bodies.read(req);
    if (sealed == null) {
      // What is left of its body makes the connection useless.
      res.header(HeaderValues.CONNECTION_CLOSE);
      send(res, Answer.empty(413, Outcome.TOO_LARGE));
      return;
    }
    try {
      send(res, answer(sealed));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      send(res, Answer.empty(503, Outcome.DRAINING));
    }
  }

  private Answer answer(byte[] sealed) throws InterruptedException {
    try {
      if (!opening.tryAcquire()) {
        return Answer.empty(503, Outcome.BUSY);
      }
      Opened opened;
      try {
        opened = dispatcher.open(sealed);
      } finally {
        opening.release();
      }
      return opened == null ? Answer.empty(401, Outcome.UNOPENED) : answer(opened);
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("A push failed unexpectedly");
      return Answer.empty(500, Outcome.FAILED);
    }
  }

  private Answer answer(Opened opened) throws InterruptedException {
    if (!places.tryAcquire()) {
      return Answer.empty(503, Outcome.BUSY);
    }
    try {
      // Only one that has a place counts as begun: whoever is told to come back may.
      if (!exchanges.begin(opened.exchange())) {
        return Answer.empty(409, Outcome.REPEATED);
      }
      return dispatcher.answer(opened);
    } finally {
      places.release();
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
