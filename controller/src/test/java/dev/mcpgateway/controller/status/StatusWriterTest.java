package dev.mcpgateway.controller.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.controller.AnsweringApi;
import dev.mcpgateway.controller.api.model.ExtensionStatus;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.leader.Fence;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When nothing is written, and what is asked for: nobody may read these kinds one by one. */
class StatusWriterTest {
  private static final ExtensionStatus WANTED =
      new ExtensionStatus(List.of(condition("Ready", "True")), 1, 2);

  private final KubernetesClient client =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder()
                  .withMasterUrl("http://127.0.0.1:1")
                  .withRequestRetryBackoffLimit(0)
                  .build())
          .build();

  @AfterEach
  void stop() {
    client.close();
  }

  @Test
  void whatOthersHaveAddedIsNoDifference() {
    MCPGatewayExtension stored =
        stored(condition("example.com/Audited", "True"), condition("Ready", "True"));
    assertThat(write(stored, true)).isFalse();
  }

  @Test
  void withoutACertainLeaseADifferenceIsNotWritten() {
    assertThatThrownBy(() -> write(stored(condition("Ready", "False")), false))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("lease");
    assertThatThrownBy(
            () -> write(stored(condition("Ready", "True"), condition("Programmed", "True")), false))
        .hasMessageContaining("lease");
    assertThat(write(stored(condition("Ready", "True")), false)).isFalse();
  }

  @Test
  void whateverIsWrittenIsOnePatchOfTheStatus() {
    try (AnsweringApi api = new AnsweringApi(request -> 200)) {
      StatusWriter writer = new StatusWriter(api.client(), new Fence(() -> true));
      MCPGatewayExtension less = stored(condition("Ready", "False"));
      MCPGatewayExtension more =
          stored(condition("Ready", "True"), condition("Programmed", "True"));
      for (MCPGatewayExtension stored : List.of(less, more)) {
        stored.setMetadata(
            new ObjectMetaBuilder()
                .withNamespace("n")
                .withName("e")
                .withResourceVersion("7")
                .build());
        assertThat(writer.write(stored, MCPGatewayExtension::new, WANTED)).isTrue();
      }
      assertThat(api.requests())
          .hasSize(2)
          .allSatisfy(request -> {
            assertThat(request.method()).isEqualTo("PATCH");
            assertThat(request.path())
                .isEqualTo(
                    "/apis/mcp.kagenti.com/v1alpha1/namespaces/n/mcpgatewayextensions/e/status");
            assertThat(request.body()).contains("\"resourceVersion\":\"7\"");
          });
    }
  }

  private boolean write(MCPGatewayExtension stored, boolean leads) {
    return new StatusWriter(client, new Fence(() -> leads))
        .write(stored, MCPGatewayExtension::new, WANTED);
  }

  private static MCPGatewayExtension stored(Condition... conditions) {
    MCPGatewayExtension stored = new MCPGatewayExtension();
    stored.setStatus(new ExtensionStatus(List.of(conditions), 1, 2));
    return stored;
  }

  private static Condition condition(String type, String status) {
    return new ConditionBuilder().withType(type).withStatus(status).withReason("Because").build();
  }
}
