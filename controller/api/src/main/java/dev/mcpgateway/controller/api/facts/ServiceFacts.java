package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Service.
 *
 * @param externalName host an ExternalName Service stands for, null for every other type
 */
public record ServiceFacts(ObjectKey key, @Nullable String externalName, List<Port> ports) {
  public ServiceFacts {
    ports = List.copyOf(ports);
  }

  /** A Service port; {@code appProtocol} empty when none is set. */
  public record Port(int number, String appProtocol) {}
}
