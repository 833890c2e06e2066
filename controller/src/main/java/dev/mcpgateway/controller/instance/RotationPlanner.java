package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.secrets.KeyName;
import dev.mcpgateway.controller.secrets.RotationStep;
import dev.mcpgateway.controller.secrets.StoredKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * When an instance's keys change. Pure. Next keys are added, become current when every broker has
 * them, and what they replaced is accepted until nothing signed with it is valid any more.
 *
 * <p>A request that comes during the first part waits for its end. One that comes later begins at
 * once and drops the previous keys when it is done: asking twice is how to get rid of a key that
 * became known.
 */
final class RotationPlanner {
  private RotationPlanner() {}

  /**
   * How long the parts take.
   *
   * @param overlap until every kubelet has brought the next keys to its brokers
   * @param retirement until nothing signed with the previous keys is valid: a session and some more
   */
  record Timing(Duration overlap, Duration retirement) {
    static final Timing DEFAULT = new Timing(Duration.ofMinutes(3), Duration.ofHours(25));
  }

  /**
   * What is to be done, and when to look again.
   *
   * @param step due now, empty for nothing
   * @param after until the next step is due, zero when none is known
   */
  record Due(Optional<RotationStep> step, Duration after) {
    private static final Due NOTHING = new Due(Optional.empty(), Duration.ZERO);

    private static Due now(RotationStep step) {
      return new Due(Optional.of(step), Duration.ZERO);
    }
  }

  /**
   * @param request what the holder of the instance asks for, empty for nothing
   */
  static Due plan(String request, StoredKeys stored, Instant now, Timing timing) {
    if (!stored.next().isEmpty()) {
      boolean complete = stored.next().containsAll(Set.of(KeyName.values()));
      return complete
          ? at(timing.overlap(), new RotationStep.Promote(), stored, now)
          : Due.now(new RotationStep.Begin(stored.rotation()));
    }
    if (!request.isEmpty() && !request.equals(stored.rotation())) {
      return Due.now(new RotationStep.Begin(request));
    }
    return stored.previous().isEmpty()
        ? Due.NOTHING
        : at(timing.retirement(), new RotationStep.Retire(), stored, now);
  }

  private static Due at(Duration after, RotationStep step, StoredKeys stored, Instant now) {
    Instant since = stored.since();
    if (since == null || since.isAfter(now.plus(after))) {
      return Due.now(new RotationStep.Stamp());
    }
    Duration left = Duration.between(now, since.plus(after));
    return left.isPositive() ? new Due(Optional.empty(), left) : Due.now(step);
  }
}
