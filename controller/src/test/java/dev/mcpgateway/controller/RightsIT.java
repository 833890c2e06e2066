package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The controller with exactly the rights of {@code manifests/rbac/controller.yaml}. Row C30. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class RightsIT {
  private static final String NAMESPACE = "mcp-system";

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @Test
  void c30TheShippedRightsAreEnoughAndNoMore() throws IOException {
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespace(NAMESPACE, "rights");
    List<HasMetadata> manifests = manifests();
    manifests.forEach(m -> client.resource(m).create());
    String lease = leaseName(manifests);
    try (RunningController controller =
        RunningController.starting(asServiceAccount(manifests), NAMESPACE, lease)) {
      await().atMost(Duration.ofSeconds(60)).until(controller::leading);
      cluster.gateway("rights", "g");
      cluster.extension("rights", "e", null, "g");
      cluster.isReadySoon("rights", "e");
      cluster.server("rights", "s", "rights", "g");
      cluster.virtualServer("rights", "v", "s_a");
      soonAsserted(() ->
          assertThat(cluster.registrationSays("rights", "s")).startsWith(Cluster.WITHOUT_BROKERS));
      soonAsserted(
          () -> assertThat(cluster.events("rights", "e")).contains("ValidMCPGatewayExtension"));
      // Every kind of write once more: updates, restored keys, a changed owner.
      client.secrets().inNamespace("rights").withName("mcp-gateway-keys").delete();
      soonAsserted(() -> assertThat(cluster.secret("rights", "mcp-gateway-keys")).isNotNull());
    }
  }

  private static List<HasMetadata> manifests() throws IOException {
    try (InputStream in =
        Files.newInputStream(Path.of("..", "manifests", "rbac", "controller.yaml"))) {
      return client.load(in).items();
    }
  }

  private static String leaseName(List<HasMetadata> manifests) {
    return manifests.stream()
        .filter(Role.class::isInstance)
        .map(Role.class::cast)
        .flatMap(r -> r.getRules().stream())
        .flatMap(r -> r.getResourceNames().stream())
        .findFirst()
        .orElseThrow();
  }

  private static KubernetesClient asServiceAccount(List<HasMetadata> manifests) {
    HasMetadata account =
        manifests.stream().filter(ServiceAccount.class::isInstance).findFirst().orElseThrow();
    String token =
        client
            .serviceAccounts()
            .inNamespace(NAMESPACE)
            .withName(account.getMetadata().getName())
            .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
            .getStatus()
            .getToken();
    Config admin = client.getConfiguration();
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl(admin.getMasterUrl())
                .withCaCertData(admin.getCaCertData())
                .withCaCertFile(admin.getCaCertFile())
                .withOauthToken(token)
                .build())
        .build();
  }

  /**
   * Everything the controller asks for, as {@code verb group/resource}, while it goes through all
   * it can do.
   */
  @Test
  void theManifestGrantsExactlyWhatIsUsed() throws IOException {
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespace("used");
    Set<String> granted = granted();
    try (FaultProxy proxy = new FaultProxy(client)) {
      try (RunningController controller =
          RunningController.behind(proxy, "rights", "rights-used")) {
        cluster.gateway("used", "g");
        cluster.extension("used", "e", null, "g");
        cluster.server("used", "s", "used", "g");
        cluster.virtualServer("used", "v", "s_a");
        soonAsserted(() ->
            assertThat(cluster.registrationSays("used", "s")).startsWith(Cluster.WITHOUT_BROKERS));
        // A Secret whose label is gone is read live before it is repaired.
        Cluster.retrying(() ->
            client
                .secrets()
                .inNamespace("used")
                .withName(McpGroup.CONFIG_SECRET)
                .edit(s ->
                    new SecretBuilder(s)
                        .editMetadata()
                        .removeFromLabels(McpGroup.AGGREGATED_LABEL)
                        .endMetadata()
                        .build()));
        soonAsserted(() ->
            assertThat(
                    requireNonNull(cluster.secret("used", McpGroup.CONFIG_SECRET))
                        .getMetadata()
                        .getLabels())
                .containsKey(McpGroup.AGGREGATED_LABEL));
        // The route carries an entry only while the extension is there.
        soonAsserted(() ->
            assertThat(used(proxy)).contains("update gateway.networking.k8s.io/httproutes/status"));
        client.resources(MCPGatewayExtension.class).inNamespace("used").withName("e").delete();
        soonAsserted(() -> assertThat(cluster.secret("used", McpGroup.CONFIG_SECRET)).isNull());
        soonAsserted(() -> assertThat(used(proxy)).isEqualTo(granted));
        assertThat(controller.lost()).isFalse();
      }
      assertThat(used(proxy)).isEqualTo(granted);
    }
  }

  private static Set<String> used(FaultProxy proxy) {
    return proxy.requests.stream()
        .map(RightsIT::right)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> granted() throws IOException {
    Set<String> granted = new TreeSet<>();
    for (HasMetadata manifest : manifests()) {
      List<PolicyRule> rules =
          switch (manifest) {
            case ClusterRole r -> r.getRules();
            case Role r -> r.getRules();
            default -> List.of();
          };
      for (PolicyRule rule : rules) {
        for (String group : rule.getApiGroups()) {
          for (String resource : rule.getResources()) {
            rule.getVerbs().forEach(v -> granted.add(v + " " + group + "/" + resource));
          }
        }
      }
    }
    return granted;
  }

  /** The right a request needs, as the API server's authorizer derives it from method and path. */
  private static String right(FaultProxy.Request request) {
    Matcher path =
        Pattern.compile(
                "/(?:api/v1|apis/(?<group>[^/]+)/[^/]+)(?:/namespaces/[^/]+)?/(?<resource>[^/]+)(?:/(?<name>[^/]+)(?<sub>/[^/]+)?)?")
            .matcher(request.path());
    assertThat(path.matches()).as(request.path()).isTrue();
    String verb =
        switch (request.method()) {
          case "POST" -> "create";
          case "PUT" -> "update";
          case "PATCH" -> "patch";
          case "DELETE" -> "delete";
          default -> path.group("name") != null ? "get" : request.watch() ? "watch" : "list";
        };
    String group = path.group("group") == null ? "" : path.group("group");
    String sub = path.group("sub") == null ? "" : path.group("sub");
    return verb + " " + group + "/" + path.group("resource") + sub;
  }
}
