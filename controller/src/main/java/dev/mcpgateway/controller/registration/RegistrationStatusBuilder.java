package dev.mcpgateway.controller.registration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.observe.Reach;
import dev.mcpgateway.controller.observe.RegistrationInputs;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** From inputs to the status of a registration. Pure. */
final class RegistrationStatusBuilder {
  /** Bounds of {@code status.tools} in the CRD. */
  private static final int MAX_TOOLS = 256;

  private static final int MAX_NAME = 256;

  private RegistrationStatusBuilder() {}

  static RegistrationStatus build(List<Condition> conditions, RegistrationInputs inputs) {
    Optional<ServerReport> connected =
        inputs.reaches().stream().map(Reach::up).filter(Objects::nonNull).findFirst();
    return new RegistrationStatus(
        conditions,
        connected.map(ServerReport::toolCount).orElse(null),
        connected.map(RegistrationStatusBuilder::tools).orElse(null),
        connected.map(ServerReport::protocolVersion).orElse(null));
  }

  /** The names that fit into the status; half a character would make one nobody can send. */
  static List<String> tools(ServerReport report) {
    return report.tools().stream()
        .filter(name -> name.length() <= MAX_NAME && UTF_8.newEncoder().canEncode(name))
        .limit(MAX_TOOLS)
        .toList();
  }
}
