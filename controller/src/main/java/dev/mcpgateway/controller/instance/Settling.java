package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.observe.Rollout;
import dev.mcpgateway.controller.queue.Ticker;
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
 * second nobody can act upon. It stays word for word, with the version its message names and the
 * generation it was made from: older than what is stored, and never untrue.
 */
final class Settling {
  /** Longest time it stays; a push usually takes less than half a second. */
  static final Duration SETTLE = Duration.ofSeconds(2);

  private final Ticker ticker;

  /** Since when the brokers of a namespace have been behind a condition that says they are not. */
  private final Map<String, Long> since = new ConcurrentHashMap<>();

  Settling(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * How much longer the condition may stay; zero when it has to be told as it is.
   *
   * @param behind see {@link #behind}
   */
  Duration left(String namespace, boolean behind) {
    if (!behind) {
      forget(namespace);
      return Duration.ZERO;
    }
    long now = ticker.nanos();
    long began = since.computeIfAbsent(namespace, n -> now);
    Duration left = SETTLE.minusNanos(now - began);
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
   * Whether brokers are merely behind what was said of them. A broker that refuses its
   * configuration will not come to like it, no broker is no broker, and another specification is
   * not what was programmed.
   *
   * @param said the condition as it is stored
   */
  static boolean behind(
      @Nullable Condition said, long generation, Delivery delivery, Rollout rollout) {
    return said != null
        && "True".equals(said.getStatus())
        && Objects.equals(said.getObservedGeneration(), generation)
        && rollout.replicas() > 0
        && switch (delivery) {
          case Delivery.Written w -> true;
          case Delivery.Complete c ->
              !rollout.complete() && !(rollout.trouble() instanceof Rollout.Refused);
          case Delivery.TooLarge t -> false;
          case Delivery.Refused r -> false;
          case Delivery.NamespaceGoes n -> false;
        };
  }
}
