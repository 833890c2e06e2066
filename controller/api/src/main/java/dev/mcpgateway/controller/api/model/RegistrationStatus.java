package dev.mcpgateway.controller.api.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Status of an {@link MCPServerRegistration}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegistrationStatus(
    @Nullable List<Condition> conditions,
    @Nullable Integer discoveredTools,
    @Nullable List<String> tools,
    @Nullable String protocolVersion)
    implements ConditionedStatus<RegistrationStatus> {
  @Override
  public RegistrationStatus withConditions(List<Condition> others) {
    return new RegistrationStatus(others, discoveredTools, tools, protocolVersion);
  }
}
