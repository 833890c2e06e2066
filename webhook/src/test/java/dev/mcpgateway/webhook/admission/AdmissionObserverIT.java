package dev.mcpgateway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.model.CredentialRef;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.webhook.Cluster;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrantBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the webhook does when it cannot see, or sees the past. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class AdmissionObserverIT {
  private static final Set<WatchedKind> KINDS = Set.of(WatchedKind.GATEWAY, WatchedKind.GRANT);
  private static final AdmissionCase CLAIM =
      Reviews.creation(Reviews.extension("team-b/b", "gateway-system/gw"));

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @BeforeAll
  static void objects() throws IOException {
    cluster().installCrds();
    cluster()
        .namespaces(
            "gateway-system", "team-a", "team-b", "team-c", "team-d", "team-e", "team-f", "team-g");
    cluster().gateway("gateway-system", "gw");
  }

  @Test
  void w25AnApiServerThatNeverAnswersIsAFailureWithinTheDeadline() throws IOException {
    try (var mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var cut = client("http://127.0.0.1:" + mute.getLocalPort());
        var cache = synced();
        var observer = new AdmissionObserver(cut, cache)) {
      assertUnavailable(() -> observer.observe(CLAIM, Deadline.in(Duration.ofSeconds(1))));
    }
  }

  @Test
  void w25AnApiServerThatIsGoneIsAFailureWithinTheDeadline() throws IOException {
    int port;
    try (var closed = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    try (var cut = client("http://127.0.0.1:" + port);
        var cache = synced();
        var observer = new AdmissionObserver(cut, cache)) {
      assertUnavailable(() -> observer.observe(CLAIM, Deadline.in(Duration.ofSeconds(1))));
    }
  }

  @Test
  void w25AMissingRightIsAFailureAndNotAnEmptyWorld() {
    var config =
        new ConfigBuilder(client.getConfiguration()).withImpersonateUsername("nobody").build();
    try (var nobody = new KubernetesClientBuilder().withConfig(config).build();
        var cache = synced();
        var observer = new AdmissionObserver(nobody, cache)) {
      assertUnavailable(() -> observer.observe(CLAIM, Deadline.in(Duration.ofSeconds(3))));
    }
  }

  @Test
  void w25WhatOnlyWarnsMayStayUnreadWhatDeniesMayNot() {
    cluster().gatewayClass("istio");
    route("team-c", "mine");
    cluster()
        .apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: half-blind}
            rules:
              - {apiGroups: [mcp.kagenti.com], resources: ["*"], verbs: [list]}
              - {apiGroups: [gateway.networking.k8s.io], resources: [httproutes], verbs: [get]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: half-blind}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: half-blind}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: half-blind}]
            """);
    var right =
        new ResourceAttributesBuilder()
            .withVerb("get")
            .withGroup("gateway.networking.k8s.io")
            .withResource("httproutes")
            .build();
    await().atMost(Duration.ofSeconds(60)).until(() -> cluster().allowed("half-blind", right));
    AdmissionCase claim =
        Reviews.creation(Reviews.extension("gateway-system/e", "gateway-system/gw"));
    AdmissionCase wanted =
        creation(registration("team-c", "mine", "same", new CredentialRef("token", "token")));
    var config =
        new ConfigBuilder(client.getConfiguration()).withImpersonateUsername("half-blind").build();
    try (var halfBlind = new KubernetesClientBuilder().withConfig(config).build();
        var cache = synced();
        var observer = new AdmissionObserver(halfBlind, cache)) {
      View claims = observer.observe(claim, Deadline.in(Duration.ofSeconds(30)));
      assertThat(claims.unseen())
          .containsExactlyInAnyOrder(
              new Unseen.GatewayClass("istio"),
              new Unseen.Routers(new ObjectKey("gateway-system", "gw")));
      View view = observer.observe(wanted, Deadline.in(Duration.ofSeconds(30)));
      assertThat(view.unseen())
          .containsExactlyInAnyOrder(
              new Unseen.Service(new ObjectKey("team-c", "server")),
              new Unseen.Credential(new ObjectKey("team-c", "token")));
      assertThat(AdmissionDecider.decide(wanted, view).allowed()).isTrue();
      client.resource(registration("team-c", "mine")).create();
      AdmissionCase again = creation(renamed(registration("team-c", "mine")));
      View taken = observer.observe(again, Deadline.in(Duration.ofSeconds(30)));
      assertThat(AdmissionDecider.decide(again, taken).rule()).isEqualTo("Duplicate");
    }
  }

  @Test
  void w26ARouteThatTheCacheHasNotSeenIsReadLive() {
    client.resource(registration("team-d", "known")).create();
    var cache = synced(Set.of(WatchedKind.REGISTRATION, WatchedKind.ROUTE), "team-d");
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more: not of either route.
      cache.close();
      route("team-d", "known");
      route("team-d", "new");
      AdmissionCase candidate = creation(renamed(registration("team-d", "new")));
      var view = observer.observe(candidate, Deadline.in(Duration.ofSeconds(30)));
      assertThat(AdmissionDecider.decide(candidate, view).rule()).isEqualTo("PrefixTaken");
    }
  }

  @Test
  void w26ARivalWhoseRouteIsGoneIsInNobodysWay() {
    client.resource(registration("team-e", "gone")).create();
    route("team-e", "gone");
    route("team-e", "mine");
    var cache = synced(Set.of(WatchedKind.REGISTRATION, WatchedKind.ROUTE), "team-e");
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more: it still has the rival's route.
      cache.close();
      AdmissionCase candidate = creation(renamed(registration("team-e", "mine")));
      Supplier<String> rule =
          () ->
              AdmissionDecider.decide(
                      candidate, observer.observe(candidate, Deadline.in(Duration.ofSeconds(30))))
                  .rule();
      assertThat(rule.get()).isEqualTo("PrefixTaken");
      client.resources(HTTPRoute.class).inNamespace("team-e").withName("gone").delete();
      assertThat(rule.get()).isNotEqualTo("PrefixTaken");
    }
  }

  @Test
  void aNamespaceWithMoreRivalsThanAPageIsReadToItsEnd() {
    cluster().namespaces("team-f");
    for (int i = 0; i < 25; i++) {
      MCPServerRegistration rival = registration("team-f", "route");
      rival.getMetadata().setName("rival-%02d".formatted(i));
      rival.setSpec(
          new RegistrationSpec(
              new TargetRef(null, null, "route", null), "p" + i + "_", "/" + i, null));
      client.resource(rival).create();
    }
    try (var cache = synced(Set.of(WatchedKind.ROUTE), "team-f");
        var observer = new AdmissionObserver(client, cache)) {
      for (int path : new int[] {0, 9, 10, 24}) {
        MCPServerRegistration twin = renamed(registration("team-f", "route"));
        twin.setSpec(
            new RegistrationSpec(
                new TargetRef(null, null, "route", null), "mine_", "/" + path, null));
        AdmissionCase candidate = creation(twin);
        var view = observer.observe(candidate, Deadline.in(Duration.ofSeconds(30)));
        assertThat(AdmissionDecider.decide(candidate, view).message())
            .contains("team-f/rival-%02d".formatted(path));
      }
    }
  }

  @Test
  void w26BeforeTheClusterHasBeenReadNothingIsDecided() {
    try (var cache = new WorldCache(client, KINDS, AdmissionObserver.STORED, change -> {});
        var observer = new AdmissionObserver(client, cache)) {
      assertUnavailable(() -> observer.observe(CLAIM, Deadline.in(Duration.ofSeconds(1))));
    }
  }

  @Test
  void w26AStaleCacheStillLeadsToADenialBecauseClaimsAndGrantsAreReadLive() {
    var cache = synced();
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more: neither of the claim nor of its grant.
      cache.close();
      new Cluster(client).grant("team-a", "gateway-system", "gw");
      client.resource(Cluster.extension("team-a", "a", "gateway-system", "gw")).create();
      var view = observer.observe(CLAIM, Deadline.in(Duration.ofSeconds(30)));
      assertThat(AdmissionDecider.decide(CLAIM, view).rule()).isEqualTo("GatewayTaken");
    }
  }

  @Test
  void w26AGrantIsReadByItsNameAndOneThatIsGonePermitsNobody() {
    cluster().gateway("gateway-system", "shared");
    cluster().grant("team-c", "gateway-system", "shared");
    cluster().grant("team-b", "gateway-system", "shared");
    client.resource(Cluster.extension("team-c", "c", "gateway-system", "shared")).create();
    AdmissionCase claim = Reviews.creation(Reviews.extension("team-b/b", "gateway-system/shared"));
    var cache = synced(Set.of(WatchedKind.EXTENSION, WatchedKind.GATEWAY, WatchedKind.GRANT));
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more.
      cache.close();
      Supplier<AdmissionDecision> decision =
          () ->
              AdmissionDecider.decide(
                  claim, observer.observe(claim, Deadline.in(Duration.ofSeconds(30))));
      assertThat(decision.get())
          .extracting(AdmissionDecision::rule, AdmissionDecision::warnings)
          .containsExactly("GatewayTaken", List.of());
      // The holder's grant: by its name it is not there, and no other one permits the claim.
      client
          .resources(ReferenceGrant.class)
          .inNamespace("gateway-system")
          .withName("allow-team-c-shared")
          .delete();
      assertThat(decision.get().rule()).isNotEqualTo("GatewayTaken");
    }
  }

  @Test
  void w26TheGrantsOfNeighboursCountToo() {
    cluster().gateway("gateway-system", "one");
    cluster().gateway("gateway-system", "two");
    // The first holds its namespace, with the other Gateway; the second holds nothing.
    cluster().grant("team-f", "gateway-system", "two");
    client.resource(Cluster.extension("team-f", "first", "gateway-system", "two")).create();
    cluster().grant("team-f", "gateway-system", "one");
    client.resource(Cluster.extension("team-f", "second", "gateway-system", "one")).create();
    cluster().grant("team-g", "gateway-system", "one");
    client.resource(Cluster.extension("team-g", "holder", "gateway-system", "one")).create();
    try (var cache = synced(Set.of(WatchedKind.EXTENSION, WatchedKind.GATEWAY, WatchedKind.GRANT));
        var observer = new AdmissionObserver(client, cache)) {
      assertThat(decide(observer, router("team-g", "one")).allowed()).isTrue();
      assertThat(decide(observer, router("team-f", "one")).rule()).isEqualTo("ForeignRouter");
    }
  }

  private static AdmissionDecision decide(AdmissionObserver observer, AdmissionCase admission) {
    return AdmissionDecider.decide(
        admission, observer.observe(admission, Deadline.in(Duration.ofSeconds(30))));
  }

  private static AdmissionCase router(String instance, String gateway) {
    ObjectKey key = new ObjectKey("gateway-system", "router");
    return new AdmissionCase.RouterFilter(
        Reviews.request(AdmissionRequest.Operation.CREATE, key),
        null,
        new RouterFilterFacts(
            key, false, Set.of(new ObjectKey("gateway-system", gateway)), instance));
  }

  @Test
  void w26ARivalOfANamespaceThatTheCacheHasNeverSeenOnTheGatewayIsReadLive() {
    cluster().namespaces("team-h", "team-i", "team-j");
    cluster().gateway("gateway-system", "open");
    cluster()
        .gateway(
            "gateway-system",
            "chosen",
            """
            {from: Selector, selector: {matchExpressions:
              [{key: kubernetes.io/metadata.name, operator: In, values: [team-h, team-i]}]}}\
            """);
    var cache = synced(Set.of(WatchedKind.REGISTRATION, WatchedKind.ROUTE, WatchedKind.GATEWAY));
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more: of no route and no registration.
      cache.close();
      for (String gateway : List.of("open", "chosen")) {
        for (String namespace : List.of("team-h", "team-i", "team-j")) {
          route(namespace, gateway, gateway);
        }
        cluster().accept("team-h", gateway);
        cluster().accept("team-i", gateway);
        MCPServerRegistration rival = registration("team-h", gateway, gateway);
        rival.getMetadata().setName(gateway);
        client.resource(rival).create();
        AdmissionCase candidate = creation(registration("team-i", gateway, gateway));
        assertThat(decide(observer, candidate).rule()).isEqualTo("PrefixTaken");
        // Whom it has not let in is told nothing.
        AdmissionCase stranger = creation(registration("team-j", gateway, gateway));
        assertThat(decide(observer, stranger).allowed()).isTrue();
      }
    }
  }

  @Test
  void w26ARivalWhoseRouteHasMovedToTheGatewayIsReadLive() {
    cluster().namespaces("team-k", "team-l");
    cluster().gateway("gateway-system", "before");
    cluster().gateway("gateway-system", "after");
    route("team-k", "moving", "before");
    client.resource(registration("team-k", "moving", "moving")).create();
    route("team-l", "mine", "after");
    cluster().accept("team-l", "mine");
    AdmissionCase candidate = creation(registration("team-l", "mine", "moving"));
    var cache = synced(Set.of(WatchedKind.REGISTRATION, WatchedKind.ROUTE, WatchedKind.GATEWAY));
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more: to it the rival is on another Gateway.
      cache.close();
      assertThat(decide(observer, candidate).allowed()).isTrue();
      client
          .resources(HTTPRoute.class)
          .inNamespace("team-k")
          .withName("moving")
          .edit(moving -> {
            moving.getSpec().getParentRefs().getFirst().setName("after");
            return moving;
          });
      cluster().accept("team-k", "moving");
      assertThat(decide(observer, candidate).rule()).isEqualTo("PrefixTaken");
    }
  }

  @Test
  void aClaimOnAGatewayThatManyLargeExtensionsNameIsDecidedPageByPage() {
    cluster().namespaces("team-r", "team-s");
    cluster().gateway("gateway-system", "crowded");
    for (int i = 0; i < 25; i++) {
      MCPGatewayExtension large =
          Cluster.extension("team-r", "large-%02d".formatted(i), "gateway-system", "crowded");
      // Nothing bounds how many there are: 300 KiB, so that a page of one is no small answer.
      large
          .getMetadata()
          .setFinalizers(
              IntStream.range(0, 5_000)
                  .mapToObj(n -> "example.com/%05d".formatted(n) + "y".repeat(40))
                  .toList());
      client.resource(large).create();
    }
    cluster().grant("team-s", "gateway-system", "crowded");
    client.resource(Cluster.extension("team-s", "last", "gateway-system", "crowded")).create();
    AdmissionCase claim = Reviews.creation(Reviews.extension("team-c/c", "gateway-system/crowded"));
    try (var cache = synced();
        var observer = new AdmissionObserver(client, cache)) {
      assertThat(decide(observer, claim).rule()).isEqualTo("GatewayTaken");
    }
  }

  @Test
  void moreThanOneReviewReadsFailsThatReviewAndSaysWhatToDo() {
    cluster().namespaces("team-m");
    route("team-m", "mine");
    route("team-m", "other");
    String notes = "y".repeat(200_000);
    // Two large ones make every page of this question a large answer.
    for (int i = 0; i < 10 * ReadLimits.PAGES + 1; i++) {
      MCPServerRegistration one = registration("team-m", "mine");
      one.getMetadata().setName("one-%04d".formatted(i));
      one.setSpec(
          new RegistrationSpec(
              new TargetRef(null, null, "mine", null), "p" + i + "_", "/" + i, null));
      if (i < 2) {
        one.getMetadata().setAnnotations(Map.of("example.com/notes", notes));
      }
      client.resource(one).create();
    }
    try (var cache = synced();
        var observer = new AdmissionObserver(client, cache)) {
      assertThatExceptionOfType(WorldUnavailableException.class)
          .isThrownBy(() -> decide(observer, creation(registration("team-m", "mine"))))
          .withMessage(
              "There are more MCPServerRegistrations of HTTPRoute team-m/mine than the webhook reads for one review."
                  + " Delete those that nobody needs.");
      // Another one of the namespace has nothing to do with it.
      assertThat(decide(observer, creation(registration("team-m", "other", "own"))).allowed())
          .isTrue();
    }
  }

  @Test
  void w25WithoutAPrefixNoGatewayIsAskedFor() {
    cluster().namespaces("team-n");
    route("team-n", "mine");
    cluster().accept("team-n", "mine");
    cluster()
        .apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: no-gateways}
            rules:
              - {apiGroups: [mcp.kagenti.com], resources: ["*"], verbs: [list]}
              - {apiGroups: [gateway.networking.k8s.io], resources: [httproutes], verbs: [get]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: no-gateways}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: no-gateways}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: no-gateways}]
            """);
    var right =
        new ResourceAttributesBuilder()
            .withVerb("get")
            .withGroup("gateway.networking.k8s.io")
            .withResource("httproutes")
            .build();
    await().atMost(Duration.ofSeconds(60)).until(() -> cluster().allowed("no-gateways", right));
    var config =
        new ConfigBuilder(client.getConfiguration()).withImpersonateUsername("no-gateways").build();
    MCPServerRegistration without = registration("team-n", "mine");
    without.setSpec(
        new RegistrationSpec(new TargetRef(null, null, "mine", null), null, null, null));
    try (var noGateways = new KubernetesClientBuilder().withConfig(config).build();
        var cache = synced(Set.of(WatchedKind.GATEWAY, WatchedKind.ROUTE));
        var observer = new AdmissionObserver(noGateways, cache)) {
      assertThat(decide(observer, creation(without)).allowed()).isTrue();
      assertUnavailable(() -> decide(observer, creation(registration("team-n", "mine"))));
    }
  }

  @Test
  void w26OfManyRivalsNobodyWhoMayBeInTheWayIsLeftUnread() {
    cluster().namespaces("team-o", "team-p");
    cluster().gateway("gateway-system", "wanted");
    cluster().gateway("gateway-system", "unwanted");
    var cache = synced(Set.of(WatchedKind.REGISTRATION, WatchedKind.ROUTE, WatchedKind.GATEWAY));
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more: of no route and no registration.
      cache.close();
      for (int i = 0; i <= 2 * ReadLimits.ROUTES; i++) {
        String name = "rival-%02d".formatted(i);
        boolean last = i == 2 * ReadLimits.ROUTES;
        route("team-o", name, last ? "wanted" : "unwanted");
        MCPServerRegistration rival = registration("team-o", name, "many");
        rival.getMetadata().setName(name);
        client.resource(rival).create();
      }
      route("team-p", "mine", "wanted");
      cluster().accept("team-p", "mine");
      AdmissionCase candidate = creation(registration("team-p", "mine", "many"));
      assertThat(decide(observer, candidate).allowed()).isTrue();
      cluster().accept("team-o", "rival-%02d".formatted(2 * ReadLimits.ROUTES));
      assertThat(decide(observer, candidate).rule()).isEqualTo("PrefixTaken");
    }
  }

  @Test
  void w26WhatWasCreatedAMomentBeforeIsNotWarnedAbout() {
    cluster().namespaces("team-q");
    cluster().gatewayClass("istio");
    var cache = synced(Set.of(WatchedKind.EXTENSION, WatchedKind.GATEWAY, WatchedKind.GRANT));
    try (var observer = new AdmissionObserver(client, cache)) {
      // From here on the cache learns nothing more.
      cache.close();
      for (String gateway : List.of("together", "otherwise")) {
        AdmissionCase claim =
            Reviews.creation(Reviews.extension("team-q/q", "gateway-system/" + gateway));
        assertThat(decide(observer, claim).rule()).isEqualTo("NotPermitted");
        cluster().grant("team-q", "gateway-system", gateway);
        if (gateway.equals("otherwise")) {
          // Whoever wrote it has given it another name.
          rename("allow-team-q-otherwise", "somebodys");
        }
        assertThat(decide(observer, claim).rule()).isEqualTo("GatewayMissing");
        cluster().gateway("gateway-system", gateway);
        assertThat(decide(observer, claim)).isEqualTo(AdmissionDecision.allowed("None", List.of()));
      }
      AdmissionCase virtualServer =
          new AdmissionCase.VirtualServer(
              Reviews.request(
                  AdmissionRequest.Operation.CREATE, new ObjectKey("team-q", "virtual")),
              new VirtualServerFacts(
                  new ObjectKey("team-q", "virtual"), "u", false, 1, List.of("tool")));
      assertThat(decide(observer, virtualServer).rule()).isEqualTo("NoExtension");
      client.resource(Cluster.extension("team-q", "q", "gateway-system", "together")).create();
      assertThat(decide(observer, virtualServer).rule()).isNotEqualTo("NoExtension");
    }
  }

  private static void rename(String grant, String name) {
    var grants = client.resources(ReferenceGrant.class).inNamespace("gateway-system");
    ReferenceGrant present = grants.withName(grant).require();
    client
        .resource(
            new ReferenceGrantBuilder()
                .withNewMetadata()
                .withNamespace("gateway-system")
                .withName(name)
                .endMetadata()
                .withSpec(present.getSpec())
                .build())
        .create();
    grants.withName(grant).delete();
  }

  private static WorldCache synced(Set<WatchedKind> kinds, String... withRoutes) {
    for (String namespace : withRoutes) {
      route(namespace, "route");
    }
    var cache = new WorldCache(client, kinds, AdmissionObserver.STORED, change -> {});
    cache.start();
    await().atMost(Duration.ofSeconds(30)).until(cache::synced);
    return cache;
  }

  private static void route(String namespace, String name) {
    route(namespace, name, "gw");
  }

  private static void route(String namespace, String name, String gateway) {
    client
        .resource(
            new HTTPRouteBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewParentRef()
                .withNamespace("gateway-system")
                .withName(gateway)
                .endParentRef()
                .addNewRule()
                .addNewBackendRef()
                .withName("server")
                .withPort(8080)
                .endBackendRef()
                .endRule()
                .endSpec()
                .build())
        .create();
  }

  private static MCPServerRegistration registration(String namespace, String route) {
    return registration(namespace, route, "same", null);
  }

  private static MCPServerRegistration registration(String namespace, String route, String prefix) {
    return registration(namespace, route, prefix, null);
  }

  private static MCPServerRegistration registration(
      String namespace, String route, String prefix, @Nullable CredentialRef credential) {
    var registration = new MCPServerRegistration();
    registration.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace).withName("server").build());
    registration.setSpec(
        new RegistrationSpec(
            new TargetRef(null, null, route, null), prefix + "_", null, credential));
    return registration;
  }

  private static MCPServerRegistration renamed(MCPServerRegistration registration) {
    registration.getMetadata().setName("another");
    return registration;
  }

  private static Cluster cluster() {
    return new Cluster(client);
  }

  private static AdmissionCase creation(MCPServerRegistration registration) {
    RegistrationFacts facts = FactsMapper.registration(registration);
    return new AdmissionCase.Registration(
        Reviews.request(AdmissionRequest.Operation.CREATE, facts.key()), null, facts);
  }

  private static WorldCache synced() {
    return synced(KINDS);
  }

  private static KubernetesClient client(String url) {
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder().withAutoConfigure(false).withMasterUrl(url).build())
        .build();
  }

  private static void assertUnavailable(Supplier<?> observation) {
    long start = System.nanoTime();
    assertThatExceptionOfType(WorldUnavailableException.class).isThrownBy(observation::get);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
  }
}
