package dev.mcpgateway.webhook.admission;

import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /validate}, and the end for every other request. A review is answered with 200;
 * everything else is a failed call, on which the API server applies the failure policy: 400 for
 * what is no review, 413, 415, 503 when too many arrive at once, 500 when this webhook itself
 * cannot decide.
 */
public final class AdmissionRoutes implements HttpService, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdmissionRoutes.class);

  /** As many small reviews at once as decisions, each of the longest kind. */
  private static final int SMALL_BYTES = 16 << 20;

  /** Namespaces that can hold all their places before others have to wait for one. */
  private static final int NAMESPACES = 8;

  /** Two of the longest reviews; parsed, they take several times as much. */
  private static final int LARGE_BYTES = 16 << 20;

  private final AdmissionCodec codec = new AdmissionCodec();
  private final WorldSource worlds;
  private final AdmissionMetrics metrics;
  private final BooleanSupplier draining;
  private final BodyReader bodies;
  private final Semaphore decisions;
  private final NamespacePlaces namespaces;

  /**
   * Routes over an observer.
   *
   * @param draining when true, every answer asks the API server to open its next connection
   *     elsewhere
   * @param bodyDeadline longest time a request body may take
   * @param concurrency decisions made at the same time, an eighth of them for one namespace;
   *     further ones wait within their own timeout
   */
  public AdmissionRoutes(
      AdmissionObserver observer,
      AdmissionMetrics metrics,
      BooleanSupplier draining,
      Duration bodyDeadline,
      int concurrency) {
    this((WorldSource) observer, metrics, draining, bodyDeadline, concurrency);
  }

  AdmissionRoutes(
      WorldSource worlds,
      AdmissionMetrics metrics,
      BooleanSupplier draining,
      Duration bodyDeadline,
      int concurrency) {
    this.worlds = worlds;
    this.metrics = metrics;
    this.draining = draining;
    this.bodies = new BodyReader(bodyDeadline, new ByteBudget(SMALL_BYTES, LARGE_BYTES));
    this.decisions = new Semaphore(concurrency, true);
    this.namespaces =
        new NamespacePlaces(Math.max(1, concurrency / NAMESPACES), SMALL_BYTES / NAMESPACES);
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .post("/validate", this::serve)
        .any(
            "/validate",
            (req, res) -> {
              res.header(HeaderNames.ALLOW, "POST");
              end(res, Status.METHOD_NOT_ALLOWED_405, "Send an AdmissionReview with POST.");
            })
        .any((req, res) -> end(res, Status.NOT_FOUND_404, "There is only /validate."));
  }

  /**
   * Refuses a request whose body nobody has read, and never will: the server would read it to its
   * end however long that takes, unless the connection is closed.
   */
  private void end(ServerResponse res, Status status, String message) {
    res.header(HeaderValues.CONNECTION_CLOSE);
    refuse(res, status, message);
    throw new CloseConnectionException("Its body is not read");
  }

  @Override
  public void close() {
    bodies.close();
  }

  /**
   * Closes a connection that one side wants closed (RFC 9112 §9.6): the server writes the header,
   * then reads on and would take what is left of a refused body for the next request.
   */
  private void serve(ServerRequest req, ServerResponse res) {
    validate(req, res);
    if (res.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
        || req.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      throw new CloseConnectionException("One side asked for it");
    }
  }

  private void validate(ServerRequest req, ServerResponse res) {
    if (draining.getAsBoolean()) {
      res.header(HeaderValues.CONNECTION_CLOSE);
    }
    Attempt attempt = new Attempt(metrics);
    try {
      answer(req, res, attempt);
    } catch (MalformedReviewException e) {
      refuse(res, Status.BAD_REQUEST_400, String.valueOf(e.getMessage()));
    } catch (RefusedException e) {
      if (!e.readOn()) {
        res.header(HeaderValues.CONNECTION_CLOSE);
      }
      if (e.status().family() == Status.Family.SERVER_ERROR) {
        attempt.failed(e.status(), "Overloaded");
      }
      refuse(res, e.status(), String.valueOf(e.getMessage()));
    } catch (WorldUnavailableException e) {
      log.atError().setCause(e).log("Cannot decide");
      attempt.failed(Status.INTERNAL_SERVER_ERROR_500, "WorldUnavailable");
      refuse(res, Status.INTERNAL_SERVER_ERROR_500, String.valueOf(e.getMessage()));
    } catch (CloseConnectionException e) {
      log.atWarn().addKeyValue("error", String.valueOf(e.getCause())).log("Connection lost");
      attempt.failed(Status.REQUEST_TIMEOUT_408, "BodyLost");
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      attempt.failed(Status.SERVICE_UNAVAILABLE_503, "Stopping");
      refuse(res, Status.SERVICE_UNAVAILABLE_503, "The webhook is stopping.");
    } catch (RuntimeException e) {
      // The edge of a request: whatever it is, it must not be taken for an allowance.
      log.atError().setCause(e).log("Review failed");
      if (attempt.told()) {
        // There is an answer, and part of it may have gone: no other one can follow.
        throw new CloseConnectionException("The answer could not be sent", e);
      }
      attempt.failed(Status.INTERNAL_SERVER_ERROR_500, "Error");
      refuse(res, Status.INTERNAL_SERVER_ERROR_500, "The webhook failed; its log tells more.");
    }
  }

  private void answer(ServerRequest req, ServerResponse res, Attempt attempt)
      throws InterruptedException, MalformedReviewException, RefusedException {
    Deadline deadline = Deadline.ofQuery(req.query().first("timeout").orElse(null));
    if (!isJson(req)) {
      throw new RefusedException(
          Status.UNSUPPORTED_MEDIA_TYPE_415, "The content type must be application/json.", false);
    }
    try (ByteBudget.Share share = bodies.admit(req, deadline)) {
      byte[] body = bodies.read(req, share, deadline);
      AdmissionCase admission = codec.read(body);
      attempt.concerns(admission.request());
      // Its namespace's first: who waits there must not take a place from others.
      try (var _ =
              namespaces.take(admission.request().object().namespace(), body.length, deadline);
          var _ = place(deadline)) {
        byte[] answer = decided(admission, deadline, attempt);
        res.header(HeaderValues.CONTENT_TYPE_JSON);
        res.send(answer);
      }
    }
  }

  private NamespacePlaces.Place place(Deadline deadline)
      throws InterruptedException, RefusedException {
    if (!decisions.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new RefusedException(
          Status.SERVICE_UNAVAILABLE_503, "The webhook has too many reviews at once.", true);
    }
    return decisions::release;
  }

  private byte[] decided(AdmissionCase admission, Deadline deadline, Attempt attempt) {
    AdmissionRequest request = admission.request();
    AdmissionDecision decision =
        AdmissionDecider.decide(admission, worlds.observe(admission, deadline));
    attempt.decided(request, decision);
    return codec.write(request.uid(), decision);
  }

  private static boolean isJson(ServerRequest req) {
    return req.headers()
        .contentType()
        .map(type -> type.mediaType().equals(MediaTypes.APPLICATION_JSON))
        .orElse(false);
  }

  private void refuse(ServerResponse res, Status status, String message) {
    metrics.failed(status.code());
    res.status(status);
    res.header(HeaderValues.CONTENT_TYPE_TEXT_PLAIN);
    res.send(message + "\n");
  }
}
