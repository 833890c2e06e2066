package dev.mcpgateway.webhook.admission;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the API server will say to one question. */
record Answer<T>(Future<T> future, Deadline deadline) {
  private static final Logger log = LoggerFactory.getLogger(Answer.class);

  /**
   * The answer, when a refusal depends on it.
   *
   * @throws WorldUnavailableException when there is none in time
   */
  T required() {
    try {
      return within(deadline.remaining());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WorldUnavailableException told) {
        throw new WorldUnavailableException(String.valueOf(told.getMessage()), told);
      }
      throw new WorldUnavailableException(
          "The webhook cannot ask the API server who claims what. Try again; if it stays, see the webhook's log.",
          e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new WorldUnavailableException(
          "The API server did not tell the webhook in time who claims what. Try again.", e);
    }
  }

  /**
   * The answer, when it only leads to warnings: empty when there is none. It is not waited for
   * until the end, or the verdict would come too late.
   */
  Optional<T> told() {
    try {
      return Optional.of(within(deadline.remaining().dividedBy(2)));
    } catch (ExecutionException | TimeoutException e) {
      log.atWarn().addKeyValue("error", String.valueOf(e)).log("Judged without a warning's reason");
      return Optional.empty();
    }
  }

  private T within(Duration time) throws ExecutionException, TimeoutException {
    try {
      return future.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorldUnavailableException("The webhook is stopping.", e);
    }
  }
}
