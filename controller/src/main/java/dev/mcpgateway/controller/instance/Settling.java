package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.observe.Rollout;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.status.Patience;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@code Programmed} of an extension be what it was for a moment while its brokers catch up:
 * else every change of a configuration would cost two transitions, statuses and Events of half a
 * second nobody can act upon, and every change of leaders two for each extension. It stays word for
 * word, with the version its message names and the generation it was made from: older than what is
 * stored, and never untrue.
 */
final class Settling {
  /** Longest time it stays; a push usually takes less than half a second. */
  static final Duration SETTLE = Duration.ofSeconds(2);

  /**
   * Longest time it stays while brokers have not been heard of yet: a leader that begins asks all
   * brokers of the cluster at once.
   */
  static final Duration UNHEARD = Patience.LIMIT;

  private final Ticker ticker;

  /** Since when the brokers of a namespace have been behind a condition that says they are not. */
  private final Map<String, Long> since = new ConcurrentHashMap<>();

  Settling(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * How much longer the condition may stay; zero when it has to be told as it is.
   *
   * @param atMost see {@link #atMost}
   */
  Duration left(String namespace, Duration atMost) {
    if (atMost.isZero()) {
      forget(namespace);
      return Duration.ZERO;
    }
    long now = ticker.nanos();
    long began = since.computeIfAbsent(namespace, n -> now);
    Duration left = atMost.minusNanos(now - began);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** What to store while it settles: everything as it is, and the condition as it was. */
  static List<Condition> keep(@Nullable List<Condition> before, List<Condition> now) {
    return now.stream()
        .map(c ->
            c.getType().equals(ConditionNames.PROGRAMMED)
                ? Conditions.find(before, c.getType()).orElse(c)
                : c)
        .toList();
  }

  /** The namespace has nothing that could settle. */
  void forget(String namespace) {
    since.remove(namespace);
  }

  /**
   * How long the condition may stay from when brokers were merely behind what was said of them, or
   * not heard of yet; zero when they are not. A broker that refuses its configuration will not come
   * to like it, no broker is no broker, and another specification is not what was programmed.
   *
   * @param said the condition as it is stored
   */
  static Duration atMost(
      @Nullable Condition said, long generation, Storing storing, Rollout rollout) {
    boolean behind =
        said != null
            && "True".equals(said.getStatus())
            && Objects.equals(said.getObservedGeneration(), generation)
            && rollout.replicas() > 0
            && switch (storing) {
              case Storing.Written w -> true;
              case Storing.Complete c ->
                  !rollout.complete() && !(rollout.trouble() instanceof Rollout.Refused);
              case Storing.TooLarge t -> false;
              case Storing.Refused r -> false;
              case Storing.NamespaceGoes n -> false;
            };
    if (!behind) {
      return Duration.ZERO;
    }
    return rollout.awaited() ? UNHEARD : SETTLE;
  }
}
