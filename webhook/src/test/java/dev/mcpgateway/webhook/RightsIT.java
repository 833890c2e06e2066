package dev.mcpgateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped rights are those that are used, no more and no less: the webhook does everything it
 * ever does, and the API server's audit log tells what it asked for.
 */
class RightsIT {
  private static final String NAME = "mcp-controller-mcp-gateway-webhook";
  private static final String USER = "system:serviceaccount:mcp-system:" + NAME;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An extension and a route with all that they refer to. */
  private static final String REVIEWED =
      """
      apiVersion: mcp.kagenti.com/v1alpha1
      kind: MCPGatewayExtension
      metadata: {name: e, namespace: team-a}
      spec: {targetRef: {name: gw, namespace: gateway-system}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: server, namespace: team-a}
      spec:
        parentRefs: [{name: gw, namespace: gateway-system}]
        rules: [{backendRefs: [{name: server, port: 8080}]}]
      """;

  /** Whose rivals are those that the Gateway lets in, once it has accepted the route. */
  private static final String REGISTERED =
      """
      apiVersion: mcp.kagenti.com/v1alpha1
      kind: MCPServerRegistration
      metadata: {name: server, namespace: team-a}
      spec: {targetRef: {name: server}, toolPrefix: s_, credentialRef: {name: token}}
      """;

  // Set by JUnit before any test runs.
  @SuppressWarnings("NullAway.Init")
  @TempDir
  static Path folder;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static KubeAPIServer server;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static KubernetesClient client;

  @BeforeAll
  static void start() throws IOException {
    Path policy =
        Files.writeString(
            folder.resolve("audit.yaml"),
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            # A watch is only told when it starts.
            omitStages: [RequestReceived]
            rules: [{level: Metadata}]
            """);
    server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withUpdateKubeConfig(false)
                .withApiServerFlags(
                    List.of(
                        "--bind-address", "127.0.0.1",
                        "--advertise-address", "127.0.0.1",
                        "--endpoint-reconciler-type", "none",
                        "--audit-policy-file", policy.toString(),
                        "--audit-log-path", log().toString()))
                .build());
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
            .build();
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.installCrds("ISTIO_CRDS");
    cluster.namespaces("mcp-system", "gateway-system", "team-a", "team-b");
    cluster.gatewayClass("istio");
    cluster.gateway("gateway-system", "gw");
    cluster.grant("team-a", "gateway-system", "gw");
    cluster.emptySecret("mcp-system", NAME + "-tls");
    // The roles first; nobody listens there yet.
    cluster.shipped(1, "Ignore");
    await()
        .atMost(PATIENCE)
        .until(
            () -> granted().stream().allMatch(right -> cluster.allowed(USER, right.attributes())));
  }

  @AfterAll
  static void stop() {
    client.close();
    server.stop();
  }

  @Test
  void everyShippedRightIsUsedAndNothingElseIsAskedFor() throws IOException {
    var config = new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(USER).build();
    try (var webhook =
        new RunningWebhook(
            config,
            Clock.systemUTC(),
            NAME + "-tls",
            "--webhook-configuration=" + NAME,
            "--promotion.check-interval=PT0.2S")) {
      new Cluster(client).shipped(webhook.port(), "Ignore");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(webhook.management("/metrics").body())
                  .contains("mcp_webhook_failure_policy_fail 1.0"));
      new Cluster(client).apply(REVIEWED);
      new Cluster(client).accept("team-a", "server");
      new Cluster(client).apply(REGISTERED);
      client.secrets().inNamespace("mcp-system").withName(NAME + "-tls").delete();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            // The holder's grant is read by its name once the webhook's cache knows it.
            assertThatThrownBy(() ->
                    client
                        .resource(Cluster.extension("team-b", "b", "gateway-system", "gw"))
                        .dryRun()
                        .create())
                .hasMessageContaining("denied the request");
            assertThat(unused(asked())).isEmpty();
          });
    }
    assertThat(asked()).filteredOn(a -> !a.allowed()).isEmpty();
  }

  /** The rights that no request needed. */
  private static Set<Right> unused(List<Asked> asked) {
    Set<Right> unused = new HashSet<>(granted());
    unused.removeIf(right -> asked.stream().anyMatch(right::covers));
    return unused;
  }

  private static Set<Right> granted() {
    var cluster = client.rbac().clusterRoles().withName(NAME).require().getRules().stream();
    var own = client.rbac().roles().inNamespace("mcp-system").withName(NAME).require();
    return Stream.concat(
            cluster.flatMap(rule -> rights(rule, "")),
            own.getRules().stream().flatMap(rule -> rights(rule, "mcp-system")))
        .collect(Collectors.toSet());
  }

  private static Stream<Right> rights(PolicyRule rule, String namespace) {
    List<String> names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
    return rule.getApiGroups().stream()
        .flatMap(group ->
            rule.getResources().stream()
                .flatMap(resource ->
                    names.stream()
                        .flatMap(name ->
                            rule.getVerbs().stream()
                                .map(verb -> new Right(verb, group, resource, namespace, name)))));
  }

  /** What the webhook has asked of the API server until now. */
  private static List<Asked> asked() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Asked> asked = new ArrayList<>();
    for (String line : Files.readAllLines(log())) {
      // The last line may be half written; it is complete the next time.
      if (line.endsWith("}") && line.contains(USER)) {
        JsonNode event = json.readTree(line);
        if (event.path("impersonatedUser").path("username").asText().equals(USER)
            && event.has("objectRef")) {
          asked.add(Asked.of(event));
        }
      }
    }
    return asked;
  }

  /**
   * One verb of one rule.
   *
   * @param namespace empty for all
   * @param name empty for all
   */
  private record Right(String verb, String group, String resource, String namespace, String name) {
    ResourceAttributes attributes() {
      return new ResourceAttributesBuilder()
          .withVerb(verb)
          .withGroup(group)
          .withResource(resource)
          .withNamespace(namespace)
          .withName(name)
          .build();
    }

    boolean covers(Asked asked) {
      return asked.verbs().contains(verb)
          && group.equals(asked.group())
          && resource.equals(asked.resource())
          && (namespace.isEmpty() || namespace.equals(asked.namespace()))
          && (name.isEmpty() || name.equals(asked.name()));
    }
  }

  private record Asked(
      Set<String> verbs,
      String group,
      String resource,
      String namespace,
      String name,
      boolean allowed) {
    static Asked of(JsonNode event) {
      JsonNode object = event.path("objectRef");
      String verb = event.path("verb").asText();
      // A server-side apply that creates needs the right to create as well.
      boolean creates = event.path("responseStatus").path("code").asInt() == 201;
      return new Asked(
          Stream.of(verb, creates ? "create" : verb).collect(Collectors.toSet()),
          object.path("apiGroup").asText(),
          object.path("resource").asText(),
          object.path("namespace").asText(),
          object.path("name").asText(),
          event.path("annotations").path("authorization.k8s.io/decision").asText().equals("allow"));
    }
  }

  private static Path log() {
    return folder.resolve("audit.log");
  }
}
