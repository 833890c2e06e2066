package dev.mcpgateway.controller.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.delivery.ReplicaState;
import dev.mcpgateway.controller.delivery.ReplicasSnapshot;
import dev.mcpgateway.controller.observe.Observer;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.secrets.StoredKeys;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code in-*.yaml} of a scenario folder: a small cluster, stored Secrets included. What
 * brokers report stands in {@code in-brokers.yaml}: namespace, pod, version, and the document where
 * it is not the stored one.
 */
final class Scenario {
  /** When every scenario happens. */
  private static final Instant NOW = Instant.parse("2026-01-03T00:00:00Z");

  private static final String BROKERS = "in-brokers.yaml";

  private final Map<ObjectKey, ExtensionFacts> extensions = new HashMap<>();
  private final Map<ObjectKey, RegistrationFacts> registrations = new HashMap<>();
  private final Map<ObjectKey, VirtualServerFacts> virtualServers = new HashMap<>();
  private final Map<ObjectKey, GatewayFacts> gateways = new HashMap<>();
  private final Map<ObjectKey, GrantFacts> grants = new HashMap<>();
  private final Map<ObjectKey, RouteFacts> routes = new HashMap<>();
  private final Map<ObjectKey, ServiceFacts> services = new HashMap<>();
  private final Map<ObjectKey, CredentialFacts> credentials = new HashMap<>();
  private final Map<String, StoredConfig> configs = new HashMap<>();
  private final Map<String, StoredKeys> keys = new HashMap<>();

  private Scenario() {}

  static Outlook outlook(Path folder) throws IOException {
    Scenario scenario = new Scenario();
    KubernetesSerialization serialization = new KubernetesSerialization();
    serialization.registerKubernetesResource(MCPGatewayExtension.class);
    serialization.registerKubernetesResource(MCPServerRegistration.class);
    serialization.registerKubernetesResource(MCPVirtualServer.class);
    for (Path file : inputs(folder)) {
      if (file.endsWith(BROKERS)) {
        continue;
      }
      Pattern.compile("(?m)^---$")
          .splitAsStream(Files.readString(file))
          .map(d -> serialization.unmarshal(d, KubernetesResource.class))
          .forEach(scenario::add);
    }
    World world =
        World.builder()
            .extensions(scenario.extensions)
            .registrations(scenario.registrations)
            .virtualServers(scenario.virtualServers)
            .gateways(scenario.gateways)
            .grants(scenario.grants)
            .routes(scenario.routes)
            .services(scenario.services)
            .credentials(scenario.credentials)
            .build();
    return new Observer()
        .observe(
            world,
            new SecretsSnapshot(scenario.configs, scenario.keys),
            scenario.replicas(folder.resolve(BROKERS), serialization),
            NOW);
  }

  private record Broker(String namespace, String pod, long version, @Nullable String document) {}

  private ReplicasSnapshot replicas(Path file, KubernetesSerialization serialization)
      throws IOException {
    if (!Files.exists(file)) {
      return ReplicasSnapshot.EMPTY;
    }
    Map<String, List<ReplicaState>> replicas =
        Arrays.stream(serialization.unmarshal(Files.readString(file), Broker[].class))
            .collect(groupingBy(Broker::namespace, mapping(this::replica, toList())));
    return new ReplicasSnapshot(replicas, replicas.keySet());
  }

  private ReplicaState replica(Broker broker) {
    StoredConfig stored = requireNonNull(configs.get(broker.namespace()));
    String document = broker.document();
    String hash = document == null ? stored.hash() : ConfigCodec.hash(document.getBytes(UTF_8));
    BrokerReport report =
        new BrokerReport(broker.pod(), broker.version(), hash, null, List.of(), 0, NOW);
    return new ReplicaState(broker.pod(), broker.pod(), report, null, false);
  }

  static List<Path> inputs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith("in-")).sorted().toList();
    }
  }

  private void add(KubernetesResource resource) {
    ObjectKey key = FactsMapper.key((HasMetadata) resource);
    switch (resource) {
      case MCPGatewayExtension o -> extensions.put(key, FactsMapper.extension(o));
      case MCPServerRegistration o -> registrations.put(key, FactsMapper.registration(o));
      case MCPVirtualServer o -> virtualServers.put(key, FactsMapper.virtualServer(o));
      case Gateway o -> gateways.put(key, FactsMapper.gateway(o));
      case ReferenceGrant o -> grants.put(key, FactsMapper.grant(o));
      case HTTPRoute o -> routes.put(key, FactsMapper.route(o));
      case Service o -> services.put(key, FactsMapper.service(o));
      case Secret o -> secret(key, stored(o));
      default -> throw new IllegalArgumentException("unexpected " + resource);
    }
  }

  private void secret(ObjectKey key, Secret secret) {
    switch (key.name()) {
      case McpGroup.CONFIG_SECRET -> configs.put(key.namespace(), StoredConfig.of(secret, NOW));
      case McpGroup.KEYS_SECRET -> keys.put(key.namespace(), StoredKeys.of(secret));
      default -> credentials.put(key, FactsMapper.credential(secret));
    }
  }

  /** As the API server would store it: what is given as text becomes data. */
  private static Secret stored(Secret secret) {
    if (secret.getStringData() != null) {
      Map<String, String> data = new HashMap<>();
      secret
          .getStringData()
          .forEach((name, text) ->
              data.put(name, Base64.getEncoder().encodeToString(text.getBytes(UTF_8))));
      secret.setData(data);
    }
    return secret;
  }
}
