package dev.mcpgateway.controller.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.controller.AnsweringApi;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.secrets.ConfigSecretWriter;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class ApplierTest {
  @Test
  void theConfigurationIsWrittenAlsoWhenTheKeysCannotBe() throws IOException {
    Outlook outlook = Scenario.outlook(Path.of("src/test/resources/scenarios/new-instance"));
    InstanceInputs inputs = outlook.instances().values().iterator().next();
    InstancePlan plan = InstancePlanner.plan(inputs, null);
    assertThat(plan.keys()).isInstanceOf(KeysStep.Ensure.class);
    assertThat(plan.config()).isInstanceOf(ConfigStep.Write.class);
    try (AnsweringApi api =
        new AnsweringApi(r -> r.body().contains("\"mcp-gateway-keys\"") ? 500 : 201)) {
      Fence fence = new Fence(() -> true);
      Applier applier =
          new Applier(
              new ConfigSecretWriter(api.client(), fence, Clock.systemUTC()),
              new KeysSecretWriter(api.client(), fence, Clock.systemUTC(), new SecureRandom()));
      assertThatThrownBy(() -> applier.apply(plan, inputs))
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(500));
      assertThat(api.requests())
          .filteredOn(r -> r.body().contains("\"mcp-gateway-config\""))
          .hasSize(1);
    }
  }
}
