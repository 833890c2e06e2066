package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.util.Map.entry;
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
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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

  /** For what waits for several retries on a slow machine. */
  private static final Duration LONG = Duration.ofSeconds(90);

  /** Watches by the resource whose right they need. */
  private static final Map<String, List<String>> WATCHES =
      Map.ofEntries(
          entry("mcpgatewayextensions", List.of("EXTENSION")),
          entry("mcpserverregistrations", List.of("REGISTRATION")),
          entry("mcpvirtualservers", List.of("VIRTUAL_SERVER")),
          entry("gateways", List.of("GATEWAY")),
          entry("httproutes", List.of("ROUTE")),
          entry("referencegrants", List.of("GRANT")),
          entry("services", List.of("SERVICE")),
          entry("secrets", List.of("CREDENTIAL", "Secret")),
          entry("pods", List.of("Pod")),
          entry("replicasets", List.of("ReplicaSet")));

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  /** The cluster as the controller's service account sees it. */
  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster account;

  /** The shipped manifests. */
  @SuppressWarnings("NullAway.Init") // set before any test
  static List<HasMetadata> shipped;

  @BeforeAll
  static void install() throws IOException {
    cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespace(NAMESPACE);
    shipped = manifests();
    shipped.forEach(m -> client.resource(m).create());
    account = new Cluster(asServiceAccount());
  }

  @AfterAll
  static void close() {
    if (account != null) {
      account.client().close();
    }
  }

  @Test
  void c30TheShippedRightsAreEnoughAndNoMore() {
    cluster.namespace("rights");
    try (RunningController controller =
        RunningController.starting(account.client(), NAMESPACE, leaseName())) {
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

  /**
   * Every right of the shipped roles is taken away from the running service account, those of one
   * verb together where each of them is told by its own name, and given back.
   */
  @Test
  void c30EachRightThatIsTakenAwayIsMissedByNameAndNothingElseBreaks() {
    client.leases().inNamespace(NAMESPACE).withName(leaseName()).delete();
    Set<Right> untested = new HashSet<>(rights());
    try (CapturedLog log = CapturedLog.warnings();
        FaultProxy proxy = new FaultProxy(account.client())) {
      Set<Right> lists = take(untested, r -> r.verb().equals("list"));
      Right getLease = take(untested, "get", "leases");
      without(Stream.concat(lists.stream(), Stream.of(getLease)).toList());
      try (RunningController controller =
          RunningController.behind(proxy, "rights", NAMESPACE, leaseName())) {
        Stream.concat(lists.stream(), Stream.of(getLease)).forEach(r -> isMissed(log, r));
        assertThat(controller.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(controller.measures("mcp_controller_leading 0.0")).isTrue();

        without(List.of(getLease));
        await().atMost(LONG).until(() -> controller.get("/readyz").statusCode() == 200);
        Right createLease = take(untested, "create", "leases");
        without(List.of(createLease));
        isMissed(log, createLease);
        Right patchLease = take(untested, "patch", "leases");
        without(List.of(patchLease));
        aLeaseOfNobody();
        isMissed(log, patchLease);
        assertThat(controller.measures("mcp_controller_leading 0.0")).isTrue();
        assertThat(proxy.written()).isEmpty();
        without(List.of());
        await().atMost(LONG).until(controller::leading);

        watches(untested, proxy, controller);
        statusesAndEvents(untested, log);
        secrets(untested, log);
      }
    } finally {
      without(List.of());
    }
    assertThat(untested).isEmpty();
  }

  /** A watch that may not be renewed is counted by its kind, and the process lives. */
  private static void watches(Set<Right> untested, FaultProxy proxy, RunningController controller) {
    Set<Right> watches = take(untested, r -> r.verb().equals("watch"));
    assertThat(watches).extracting(Right::resource).hasSameElementsAs(WATCHES.keySet());
    WATCHES.values().forEach(kinds -> live(controller, kinds, 1));
    without(watches);
    proxy.cutWatches();
    WATCHES.values().forEach(kinds -> live(controller, kinds, 0));
    assertThat(controller.get("/healthz").statusCode()).isEqualTo(200);
    without(List.of());
    WATCHES.values().forEach(kinds -> live(controller, kinds, 1));
  }

  private static void live(RunningController controller, List<String> kinds, int value) {
    for (String kind : kinds) {
      String line = "mcp_controller_watch{kind=\"%s\"} %d.0".formatted(kind, value);
      await().atMost(LONG).until(() -> controller.measures(line));
    }
  }

  private static void statusesAndEvents(Set<Right> untested, CapturedLog log) {
    Set<Right> statuses = take(untested, r -> r.resource().endsWith("/status"));
    assertThat(statuses).hasSize(4);
    Right events = take(untested, "create", "events");
    without(Stream.concat(statuses.stream(), Stream.of(events)).toList());
    cluster.namespace("missed");
    cluster.gateway("missed", "g");
    cluster.extension("missed", "e", null, "g");
    cluster.server("missed", "s", "missed", "g");
    cluster.virtualServer("missed", "v", "s_a");
    statuses.forEach(r -> isMissed(log, r));
    // What brokers run with does not wait for what is said about it.
    await().atMost(LONG).until(() -> cluster.servers("missed").equals(List.of("missed/s")));
    without(List.of(events));
    isMissed(log, events);
    await()
        .atMost(LONG)
        .untilAsserted(() -> {
          assertThat(cluster.ready("missed", "e")).isTrue();
          assertThat(cluster.registrationSays("missed", "s")).startsWith(Cluster.WITHOUT_BROKERS);
          assertThat(cluster.virtualServerSays("missed", "v", "Ready")).startsWith("True");
        });
    without(List.of());
  }

  private static void secrets(Set<Right> untested, CapturedLog log) {
    without(List.of(take(untested, "create", "secrets")));
    cluster.namespace("missed2");
    cluster.gateway("missed2", "g");
    cluster.extension("missed2", "e", null, "g");
    cluster.server("missed2", "s", "missed2", "g");
    await()
        .atMost(LONG)
        .untilAsserted(() -> {
          assertThat(cluster.says("missed2", "e", "Ready"))
              .isEqualTo(
                  "False InvalidMCPGatewayExtension Secret mcp-gateway-keys could not be stored: Forbidden");
          assertThat(cluster.events("missed2", "e")).containsExactly("InvalidMCPGatewayExtension");
        });
    without(List.of());
    await().atMost(LONG).until(() -> cluster.ready("missed2", "e"));

    Set<Right> patches = take(untested, r -> r.verb().equals("patch"));
    assertThat(patches).extracting(Right::resource).containsOnly("secrets").hasSize(2);
    without(patches);
    cluster.server("missed2", "t", "missed2", "g");
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(cluster.says("missed2", "e", "Programmed"))
                .isEqualTo(
                    "False ConfigNotStored Secret mcp-gateway-config could not be stored: Forbidden"));
    without(List.of());
    await().atMost(LONG).until(() -> cluster.servers("missed2").contains("missed2/t"));

    Set<Right> gets = take(untested, r -> r.verb().equals("get"));
    assertThat(gets).extracting(Right::resource).containsOnly("secrets");
    without(gets);
    unlabel("missed2");
    isMissed(log, gets.iterator().next());
    without(List.of());
    labelled("missed2");

    Right delete = take(untested, "delete", "secrets");
    without(List.of(delete));
    client.resources(MCPGatewayExtension.class).inNamespace("missed2").withName("e").delete();
    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(log.lines())
                .contains(
                    "WARN Secret could not be written or removed secret=\"mcp-gateway-config\" namespace=\"missed2\" error=\"Forbidden\""));
    without(List.of());
    await().atMost(LONG).until(() -> cluster.secret("missed2", McpGroup.CONFIG_SECRET) == null);
  }

  /** That a right is missing stands in the log, in the words of the API server. */
  private static void isMissed(CapturedLog log, Right right) {
    String words = "cannot %s resource \"%s\"".formatted(right.verb(), right.resource());
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(log.lines()).as(words).anyMatch(line -> line.contains(words)));
  }

  /** One right of a role. */
  private record Right(boolean ofCluster, String verb, String group, String resource, String name) {

    PolicyRule rule() {
      return new PolicyRuleBuilder()
          .withApiGroups(group)
          .withResources(resource)
          .withVerbs(verb)
          .withResourceNames(name.isEmpty() ? List.of() : List.of(name))
          .build();
    }
  }

  private static List<Right> rights() {
    List<Right> rights = new ArrayList<>();
    for (HasMetadata manifest : shipped) {
      List<PolicyRule> rules =
          switch (manifest) {
            case ClusterRole r -> r.getRules();
            case Role r -> r.getRules();
            default -> List.of();
          };
      for (PolicyRule rule : rules) {
        List<String> names =
            rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
        for (String group : rule.getApiGroups()) {
          for (String resource : rule.getResources()) {
            for (String verb : rule.getVerbs()) {
              names.forEach(name ->
                  rights.add(
                      new Right(manifest instanceof ClusterRole, verb, group, resource, name)));
            }
          }
        }
      }
    }
    return rights;
  }

  private static Set<Right> take(Set<Right> from, Predicate<Right> which) {
    Set<Right> taken = from.stream().filter(which).collect(Collectors.toSet());
    from.removeAll(taken);
    assertThat(taken).isNotEmpty();
    return taken;
  }

  private static Right take(Set<Right> from, String verb, String resource) {
    return take(from, r -> r.verb().equals(verb) && r.resource().equals(resource))
        .iterator()
        .next();
  }

  /** The account has every right but these, as far as the API server's authorizer is concerned. */
  private static void without(Collection<Right> missing) {
    for (HasMetadata manifest : shipped) {
      switch (manifest) {
        case ClusterRole role ->
            client
                .resource(new ClusterRoleBuilder(role).withRules(rules(true, missing)).build())
                .update();
        case Role role ->
            client
                .resource(new RoleBuilder(role).withRules(rules(false, missing)).build())
                .update();
        default -> {}
      }
    }
    await()
        .atMost(LONG)
        .until(() -> rights().stream().allMatch(r -> allowed(r) != missing.contains(r)));
  }

  private static List<PolicyRule> rules(boolean ofCluster, Collection<Right> missing) {
    return rights().stream()
        .filter(r -> r.ofCluster() == ofCluster && !missing.contains(r))
        .map(Right::rule)
        .toList();
  }

  private static boolean allowed(Right right) {
    String resource = right.resource();
    int slash = resource.indexOf('/');
    return account
        .client()
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(
            new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(right.verb())
                .withGroup(right.group())
                .withResource(slash < 0 ? resource : resource.substring(0, slash))
                .withSubresource(slash < 0 ? null : resource.substring(slash + 1))
                .withName(right.name())
                .withNamespace(right.ofCluster() ? null : NAMESPACE)
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  /** For whoever may write it. */
  private static void aLeaseOfNobody() {
    client
        .resource(
            new LeaseBuilder()
                .withMetadata(Cluster.meta(NAMESPACE, leaseName()))
                .withNewSpec()
                .endSpec()
                .build())
        .create();
  }

  /** Takes away the label by which the configuration is watched. */
  private static void unlabel(String namespace) {
    Cluster.retrying(() ->
        client
            .secrets()
            .inNamespace(namespace)
            .withName(McpGroup.CONFIG_SECRET)
            .edit(s ->
                new SecretBuilder(s)
                    .editMetadata()
                    .removeFromLabels(McpGroup.AGGREGATED_LABEL)
                    .endMetadata()
                    .build()));
  }

  private static void labelled(String namespace) {
    soonAsserted(() ->
        assertThat(
                requireNonNull(cluster.secret(namespace, McpGroup.CONFIG_SECRET))
                    .getMetadata()
                    .getLabels())
            .containsKey(McpGroup.AGGREGATED_LABEL));
  }

  private static List<HasMetadata> manifests() throws IOException {
    try (InputStream in =
        Files.newInputStream(Path.of("..", "manifests", "rbac", "controller.yaml"))) {
      return client.load(in).items();
    }
  }

  private static String leaseName() {
    return shipped.stream()
        .filter(Role.class::isInstance)
        .map(Role.class::cast)
        .flatMap(r -> r.getRules().stream())
        .flatMap(r -> r.getResourceNames().stream())
        .findFirst()
        .orElseThrow();
  }

  private static KubernetesClient asServiceAccount() {
    HasMetadata named =
        shipped.stream().filter(ServiceAccount.class::isInstance).findFirst().orElseThrow();
    String token =
        client
            .serviceAccounts()
            .inNamespace(NAMESPACE)
            .withName(named.getMetadata().getName())
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
  void theManifestGrantsExactlyWhatIsUsed() {
    cluster.namespace("used");
    Set<String> granted =
        rights().stream()
            .map(r -> r.verb() + " " + r.group() + "/" + r.resource())
            .collect(Collectors.toCollection(TreeSet::new));
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
        unlabel("used");
        labelled("used");
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
