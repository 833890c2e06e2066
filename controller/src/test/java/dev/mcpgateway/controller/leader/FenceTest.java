package dev.mcpgateway.controller.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.controller.AnsweringApi;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.model.ExtensionSpec;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.ConfigSecretWriter;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import dev.mcpgateway.controller.secrets.RotationStep;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.secrets.StoredKeys;
import dev.mcpgateway.controller.status.Announcement;
import dev.mcpgateway.controller.status.EventWriter;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever may have lost the lease asks the API server for nothing. */
class FenceTest {
  private final AnsweringApi api = new AnsweringApi(request -> 200);
  private final AtomicBoolean held = new AtomicBoolean();
  private final Fence fence = new Fence(held::get);
  private final ConfigSecretWriter configs =
      new ConfigSecretWriter(api.client(), fence, Clock.systemUTC());
  private final KeysSecretWriter keyWriter =
      new KeysSecretWriter(api.client(), fence, Clock.systemUTC(), new SecureRandom());
  private final MCPGatewayExtension extension = extension();

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void noSecretIsWrittenWithoutTheLease() {
    StoredConfig config =
        StoredConfig.of(secret("mcp-gateway-config"), Clock.systemUTC().instant());
    StoredKeys keys = StoredKeys.of(secret("mcp-gateway-keys"));
    ExtensionFacts owner = FactsMapper.extension(extension);
    List<Runnable> writes =
        List.of(
            () -> configs.store("n", "servers: []", null, 0),
            () -> configs.store("n", "servers: []", config, 0),
            () -> configs.remove(config),
            () -> keyWriter.ensure(owner, null),
            () -> keyWriter.ensure(owner, keys),
            () -> keyWriter.rotate(keys, new RotationStep.Retire()));
    for (Runnable write : writes) {
      held.set(false);
      int before = api.requests().size();
      assertThatThrownBy(write::run)
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("lease");
      assertThat(api.requests()).hasSize(before);
      held.set(true);
      write.run();
      assertThat(api.requests()).hasSizeGreaterThan(before);
    }
  }

  @Test
  void noEventIsWrittenWithoutTheLease() {
    tell();
    assertThat(api.requests()).isEmpty();
    held.set(true);
    tell();
    assertThat(api.requests())
        .singleElement()
        .extracting(AnsweringApi.Request::path)
        .isEqualTo("/api/v1/namespaces/n/events");
  }

  private void tell() {
    try (EventWriter events =
        new EventWriter(
            api.client(),
            fence,
            new RetryAfter(Ticker.system()),
            Clock.systemUTC(),
            Ticker.system(),
            new Random())) {
      events.start();
      events.write(extension, Announcement.normal("Ready", "It is."));
    }
  }

  private static MCPGatewayExtension extension() {
    MCPGatewayExtension extension = new MCPGatewayExtension();
    extension.setMetadata(meta("e"));
    extension.setSpec(
        new ExtensionSpec(new TargetRef("gateway.networking.k8s.io", "Gateway", "g", null)));
    return extension;
  }

  private static Secret secret(String name) {
    return new SecretBuilder().withMetadata(meta(name)).build();
  }

  private static ObjectMeta meta(String name) {
    return new ObjectMetaBuilder()
        .withNamespace("n")
        .withName(name)
        .withUid("uid-" + name)
        .withResourceVersion("7")
        .withGeneration(1L)
        .withCreationTimestamp("2026-01-01T00:00:00Z")
        .build();
  }
}
