package dev.mcpgateway.controller.api.model;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the statuses of this group have in common.
 *
 * @param <S> the status itself
 */
public interface ConditionedStatus<S> {
  @Nullable List<Condition> conditions();

  /** The same status with other conditions. */
  S withConditions(List<Condition> conditions);
}
