package dev.mcpgateway.controller.api.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.model.ExtensionSpec;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.controller.api.model.VirtualServerSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * An object that is deleted and made again between two looks is another one, without a status: its
 * facts must differ though its name, generation and content are the same.
 */
class ReplacedObjectsTest {
  private static final TargetRef TARGET = new TargetRef(null, null, "g", null);

  @Test
  void everyKindOfOursIsToldApartByItsUid() {
    MCPGatewayExtension extension = new MCPGatewayExtension();
    extension.setSpec(new ExtensionSpec(TARGET));
    differs(extension, FactsMapper::extension);
    MCPServerRegistration registration = new MCPServerRegistration();
    registration.setSpec(new RegistrationSpec(TARGET, "p_", null, null));
    differs(registration, FactsMapper::registration);
    MCPVirtualServer virtualServer = new MCPVirtualServer();
    virtualServer.setSpec(new VirtualServerSpec(null, List.of("tool")));
    differs(virtualServer, FactsMapper::virtualServer);
  }

  private static <T extends HasMetadata> void differs(T object, Function<T, ?> mapper) {
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("team-a")
            .withName("one")
            .withGeneration(1L)
            .withCreationTimestamp("2026-01-01T00:00:00Z")
            .withUid("first")
            .build());
    Object first = mapper.apply(object);
    assertThat(mapper.apply(object)).isEqualTo(first);
    object.getMetadata().setUid("second");
    assertThat(mapper.apply(object)).isNotEqualTo(first);
  }
}
