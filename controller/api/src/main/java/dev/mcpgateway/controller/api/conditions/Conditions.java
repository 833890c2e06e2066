package dev.mcpgateway.controller.api.conditions;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Conditions of Kubernetes' API conventions: one per type, {@code lastTransitionTime} moves only
 * with the status value.
 */
public final class Conditions {
  /** Longest message the API server stores. */
  private static final int MAX_MESSAGE = 32768;

  private Conditions() {}

  /** What a condition should say, before times are known. */
  public record Wanted(String type, boolean status, String reason, String message) {}

  /**
   * The conditions to store: those wanted, in their order, each with the transition time it already
   * had when its status has not changed. Conditions nobody wants any more are left out.
   */
  public static List<Condition> merge(
      @Nullable List<Condition> present, List<Wanted> wanted, long generation, Clock clock) {
    List<Condition> merged = new ArrayList<>();
    for (Wanted w : wanted) {
      String status = w.status() ? "True" : "False";
      String since =
          find(present, w.type())
              .filter(c -> status.equals(c.getStatus()) && c.getLastTransitionTime() != null)
              .map(Condition::getLastTransitionTime)
              .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
      merged.add(
          new ConditionBuilder()
              .withType(w.type())
              .withStatus(status)
              .withReason(w.reason())
              .withMessage(bounded(w.message()))
              .withObservedGeneration(generation)
              .withLastTransitionTime(since)
              .build());
    }
    return List.copyOf(merged);
  }

  /** The condition of a type. */
  public static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
    return conditions == null
        ? Optional.empty()
        : conditions.stream().filter(c -> Objects.equals(type, c.getType())).findFirst();
  }

  /** Whether the condition of a type is True. */
  public static boolean isTrue(@Nullable List<Condition> conditions, String type) {
    return find(conditions, type).map(c -> "True".equals(c.getStatus())).orElse(false);
  }

  private static String bounded(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
  }
}
