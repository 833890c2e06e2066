package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.api.conditions.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition that says something else than before: the moment for one Event.
 *
 * @param before null when the condition is new
 */
public record Transition(@Nullable Condition before, Condition now) {
  /** The transition of one condition type; empty when it says what it said. */
  public static Optional<Transition> of(
      @Nullable List<Condition> before, List<Condition> now, String type) {
    Condition old = Conditions.find(before, type).orElse(null);
    return Conditions.find(now, type)
        .filter(c ->
            old == null
                || !Objects.equals(c.getStatus(), old.getStatus())
                || !Objects.equals(c.getReason(), old.getReason())
                || !Objects.equals(c.getMessage(), old.getMessage()))
        .map(c -> new Transition(old, c));
  }

  /** Whether its status is another one, and not only its words. */
  public boolean turned() {
    return before == null || !Objects.equals(before.getStatus(), now.getStatus());
  }

  /** Whether it was True and is not any more. */
  public boolean lost() {
    return before != null && isTrue(before) && !isTrue(now);
  }

  /** Whether both were made from one specification, so that something else made the difference. */
  public boolean sameGeneration() {
    return before != null
        && before.getObservedGeneration() != null
        && before.getObservedGeneration().equals(now.getObservedGeneration());
  }

  /** Whether it is True now. */
  public boolean won() {
    return isTrue(now);
  }

  private static boolean isTrue(Condition condition) {
    return "True".equals(condition.getStatus());
  }
}
