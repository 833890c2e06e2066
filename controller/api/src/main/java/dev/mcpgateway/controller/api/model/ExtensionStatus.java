package dev.mcpgateway.controller.api.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Status of an {@link MCPGatewayExtension}: conditions, and how many servers and tools it serves.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExtensionStatus(
    @Nullable List<Condition> conditions, @Nullable Integer servers, @Nullable Integer tools)
    implements ConditionedStatus<ExtensionStatus> {
  @Override
  public ExtensionStatus withConditions(List<Condition> others) {
    return new ExtensionStatus(others, servers, tools);
  }
}
