package dev.mcpgateway.controller.api.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Status of an {@link MCPVirtualServer}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VirtualServerStatus(
    @Nullable List<Condition> conditions,
    @Nullable Integer resolvedTools,
    @Nullable List<String> unknownTools)
    implements ConditionedStatus<VirtualServerStatus> {
  @Override
  public VirtualServerStatus withConditions(List<Condition> others) {
    return new VirtualServerStatus(others, resolvedTools, unknownTools);
  }
}
