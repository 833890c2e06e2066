package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.soon;
import static dev.mcpgateway.controller.Cluster.soonAsserted;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.FaultProxy.Fate;
import dev.mcpgateway.controller.FaultProxy.Request;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The controller behind a network and an API server that fail. Rows C01–C10, C18, C22, C24, C26 of
 * the catalogue.
 */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class FaultsIT {
  /** For what takes reconnects, back-offs or a lease that runs out, on a slow machine. */
  private static final Duration LONG = Duration.ofSeconds(90);

  /** Everything that is watched, by the names that metrics have for it. */
  private static final List<String> WATCHES =
      List.of(
          "EXTENSION",
          "REGISTRATION",
          "VIRTUAL_SERVER",
          "GATEWAY",
          "GRANT",
          "ROUTE",
          "SERVICE",
          "CREDENTIAL",
          "Secret",
          "Pod",
          "ReplicaSet");

  /** One for each of them, and two for the two Secrets. */
  private static final int INFORMERS = WATCHES.size() + 1;

  private static final AtomicInteger LEASES = new AtomicInteger();

  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  @SuppressWarnings("NullAway.Init") // set before any test
  private FaultProxy proxy;

  @BeforeAll
  static void crds() {
    cluster = new Cluster(client);
    cluster.installCrds();
  }

  @BeforeEach
  void open() {
    proxy = new FaultProxy(client);
  }

  @AfterEach
  void shut() {
    proxy.close();
  }

  @Test
  void c01ACrashAfterAnyWriteIsHealedByTheNextController() {
    int writes = 0;
    for (int crashAfter = 1; writes >= crashAfter - 1; crashAfter++) {
      String namespace = "c01-" + crashAfter;
      team(namespace);
      writes = crashed(crashAfter, namespace);
      try (var _ = controller()) {
        complete(namespace);
      }
    }
    // Two Secrets, three statuses and two Events at least were crash points.
    assertThat(writes).isGreaterThanOrEqualTo(7);
  }

  /**
   * Runs a controller that dies when its n-th write has reached the server, or has nothing left to
   * write; how many it made.
   */
  private static int crashed(int n, String namespace) {
    AtomicInteger writes = new AtomicInteger();
    AtomicBoolean dead = new AtomicBoolean();
    try (FaultProxy proxy = new FaultProxy(client)) {
      proxy.fate =
          r -> {
            if (dead.get()) {
              return new Fate.Cut();
            }
            if (r.write() && !r.lease() && writes.incrementAndGet() == n) {
              dead.set(true);
              return new Fate.PassThenCut();
            }
            return FaultProxy.PASS;
          };
      RunningController controller = RunningController.behind(proxy, "crashing", lease());
      await().atMost(LONG).until(() -> dead.get() || (isComplete(namespace) && told(namespace)));
      controller.kill();
    }
    return writes.get();
  }

  @Test
  void c02RepeatedEventsAndWatchesThatBreakAtAnyMomentConverge() {
    Random random = new Random(20261122);
    proxy.events =
        (r, line) -> {
          synchronized (random) {
            // The server never skips an event; a connection that breaks may lose any number of
            // them.
            if (random.nextInt(8) == 0) {
              return List.of(FaultProxy.BREAK);
            }
            return random.nextInt(3) == 0 ? List.of(line, line) : List.of(line);
          }
        };
    try (var _ = controllerBehindProxy()) {
      for (int i = 0; i < 3; i++) {
        team("c02-" + i);
      }
      for (int i = 0; i < 3; i++) {
        String namespace = "c02-" + i;
        complete(namespace);
      }
    }
  }

  @Test
  void c03ListingsAreConsistentAndAWatchThatLagsWithdrawsNothing() {
    CountDownLatch lag = new CountDownLatch(1);
    team("c03");
    try (var _ = controllerBehindProxy()) {
      complete("c03");
      long version = cluster.version("c03");
      assertThat(proxy.requests)
          .filteredOn(r -> r.method().equals("GET") && r.query().contains("limit="))
          .isNotEmpty()
          .noneMatch(r -> r.query().contains("resourceVersion=0"));
      // Extensions and Gateways are seen late, everything else at once.
      proxy.events =
          (r, line) -> {
            if (r.path().contains("mcpgatewayextensions") || r.path().contains("/gateways")) {
              pass(lag);
            }
            return List.of(line);
          };
      cluster.gateway("c03", "new");
      cluster.retarget("c03", "e", null, "new");
      cluster.server("c03", "t", "c03", "g");
      soon(() -> cluster.servers("c03").contains("c03/t"));
      assertThat(cluster.servers("c03")).containsExactly("c03/s", "c03/t");
      assertThat(cluster.version("c03")).isGreaterThan(version);
      lag.countDown();
      await().atMost(LONG).until(() -> cluster.servers("c03").isEmpty());
    }
  }

  @Test
  void c04AGoneWatchIsListedAnewWithoutAHotLoop() {
    try (var _ = controllerBehindProxy()) {
      team("c04");
      complete("c04");
      AtomicBoolean gone = new AtomicBoolean(true);
      proxy.events =
          (r, line) ->
              gone.get()
                  ? List.of(
                      "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old\"}}")
                  : List.of(line);
      proxy.cutWatches();
      int before = proxy.requests.size();
      long started = System.nanoTime();
      cluster.server("c04", "t", "c04", "g");
      await().atMost(LONG).until(() -> cluster.servers("c04").contains("c04/t"));
      gone.set(false);
      double seconds = (System.nanoTime() - started) / 1e9;
      // Each informer lists (a few pages) and watches, at most four times a second.
      int rounds = (int) (4 * seconds) + 2;
      assertThat(proxy.requests.stream().skip(before).filter(r -> r.watch()))
          .hasSizeLessThanOrEqualTo(INFORMERS * rounds);
      assertThat(listings(before)).hasSizeLessThanOrEqualTo(INFORMERS * rounds);
    }
  }

  @Test
  void c04WatchesThatEndAgainAndAgainGoOnWhereTheyWereAndLoseNothing() {
    try (var controller = controllerBehindProxy()) {
      team("c04b");
      complete("c04b");
      everyWatchIsLive(controller);
      int before = proxy.requests.size();
      for (int i = 0; i < 5; i++) {
        String name = "t" + i;
        int round = proxy.requests.size();
        proxy.cutWatches();
        cluster.server("c04b", name, "c04b", "g");
        await().atMost(LONG).until(() -> cluster.servers("c04b").contains("c04b/" + name));
        await().atMost(LONG).until(() -> watches(round) >= INFORMERS);
        everyWatchIsLive(controller);
      }
      assertThat(listings(before)).as("nothing is listed anew").isEmpty();
      // One attempt for each end of each watch, and as many again for a slow moment.
      assertThat(watches(before)).isLessThanOrEqualTo(10L * INFORMERS);
    }
  }

  @Test
  void c04AWatchThatSawBookmarksOnlyGoesOnFromTheLastOne() {
    try (var controller = controllerBehindProxy()) {
      team("c04c");
      complete("c04c");
      soon(() -> told("c04c"));
      quiet();
      everyWatchIsLive(controller);
      // Long after anything has happened; what is older has been compacted.
      cluster.namespace("c04c-later");
      long now = Long.parseLong(client.namespaces().list().getMetadata().getResourceVersion());
      proxy.bookmarks(Long.toString(now));
      proxy.fate =
          r ->
              r.watch() && FaultProxy.resourceVersion(r).orElse(0) < now
                  ? new Fate.Answer(410, "Expired")
                  : FaultProxy.PASS;
      int before = proxy.requests.size();
      proxy.cutWatches();
      await().atMost(LONG).until(() -> watches(before) >= INFORMERS);
      everyWatchIsLive(controller);
      assertThat(listings(before)).as("nothing is listed anew").isEmpty();
      cluster.server("c04c", "t", "c04c", "g");
      await().atMost(LONG).until(() -> cluster.servers("c04c").contains("c04c/t"));
    }
  }

  /** How often a watch has been asked for since then. */
  private long watches(int since) {
    return proxy.requests.stream().skip(since).filter(Request::watch).count();
  }

  /** The first page of each list that has been asked for since then. */
  private List<Request> listings(int since) {
    return proxy.requests.stream()
        .skip(since)
        .filter(r -> !r.watch() && r.query().contains("limit=") && !r.query().contains("continue="))
        .toList();
  }

  private static void everyWatchIsLive(RunningController controller) {
    await()
        .atMost(LONG)
        .until(() -> WATCHES.stream().allMatch(kind -> controller.measures(live(kind))));
  }

  @Test
  void c05AnApiServerThatIsAwayEndsTheLeaderAndIsFollowedWithinAMinuteWhenItIsBack() {
    String lease = lease();
    AtomicInteger attempts = new AtomicInteger();
    try (var leader = RunningController.behind(proxy, "leader", lease).untilActing();
        var standby = RunningController.behind(proxy, "standby", lease)) {
      team("c05");
      complete("c05");
      await().atMost(LONG).until(standby::synced);
      proxy.fate =
          r -> {
            attempts.incrementAndGet();
            return new Fate.Cut();
          };
      proxy.cutWatches();
      cluster.server("c05", "t", "c05", "g");
      await().atMost(LONG).until(leader::lost);
      assertThat(leader.leading()).isFalse();
      // Its process ends then; nobody leads now.
      leader.kill();
      // Several failures for each watch, so that their waits have grown.
      await().atMost(LONG).until(() -> attempts.get() >= 100);
      assertThat(standby.leading()).isFalse();
      assertThat(standby.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(cluster.servers("c05")).containsExactly("c05/s");

      proxy.fate = r -> FaultProxy.PASS;
      await().atMost(Duration.ofMinutes(1)).until(() -> cluster.servers("c05").contains("c05/t"));
      assertThat(standby.leading()).isTrue();
      assertThat(standby.lost()).isFalse();
    }
  }

  @Test
  void c06ListingsThatAreForbiddenAtFirstKeepItUnreadyAndHealWithoutARestart() {
    team("c06");
    proxy.fate =
        r ->
            r.path().contains("referencegrants")
                ? new Fate.Answer(403, "Forbidden")
                : FaultProxy.PASS;
    try (var controller = RunningController.behind(proxy, "c06", lease())) {
      await().atMost(LONG).until(controller::leading);
      await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> !controller.synced());
      assertThat(proxy.writes()).isEmpty();
      HttpResponse<String> readiness = controller.get("/readyz");
      assertThat(readiness.statusCode()).isEqualTo(503);
      assertThat(readiness.body()).isEqualTo("caches are not filled yet\n");
      assertThat(controller.get("/healthz").statusCode()).isEqualTo(200);
      proxy.fate = r -> FaultProxy.PASS;
      await().atMost(LONG).until(controller::synced);
      assertThat(controller.get("/readyz").statusCode()).isEqualTo(200);
      complete("c06");
    }
  }

  @Test
  void c07AnObjectThatCannotBeReadDoesNotBlindTheWatch() {
    try (var controller = controllerBehindProxy();
        var log = CapturedLog.warnings()) {
      team("c07");
      complete("c07");
      AtomicBoolean once = new AtomicBoolean(true);
      proxy.events =
          (r, line) ->
              r.path().contains("mcpserverregistrations") && once.getAndSet(false)
                  ? List.of(
                      "{\"type\":\"ADDED\",\"object\":{\"apiVersion\":\"mcp.kagenti.com/v1alpha1\",\"kind\":\"MCPServerRegistration\",\"metadata\":{\"name\":\"x\",\"namespace\":\"c07\",\"resourceVersion\":\"1\"},\"spec\":{\"targetRef\":42}}}",
                      line)
                  : List.of(line);
      cluster.server("c07", "t", "c07", "g");
      await().atMost(LONG).until(() -> cluster.servers("c07").contains("c07/t"));
      assertThat(log.lines())
          .anyMatch(line ->
              line.startsWith("WARN Watch failed, retrying kind=\"MCPServerRegistration\""));
      assertThat(controller.get("/metrics").body().lines())
          .as("counted, too")
          .anyMatch(line ->
              line.matches("mcp_controller_watch_failures_total\\{kind=\"REGISTRATION\"} [1-9].*"));
      everyWatchIsLive(controller);
    }
  }

  @Test
  void c08ConflictsOnEverySecondWriteAndForeignKeysSurvive() {
    AtomicInteger writes = new AtomicInteger();
    proxy.fate =
        r ->
            r.write() && !r.lease() && writes.incrementAndGet() % 2 == 1
                ? new Fate.Answer(409, "Conflict")
                : FaultProxy.PASS;
    try (var _ = controllerBehindProxy()) {
      team("c08");
      complete("c08");
      Cluster.retrying(() ->
          client
              .secrets()
              .inNamespace("c08")
              .withName(McpGroup.CONFIG_SECRET)
              .edit(s -> new SecretBuilder(s).addToStringData("mine", "kept").build()));
      cluster.server("c08", "t", "c08", "g");
      soon(() -> cluster.servers("c08").contains("c08/t"));
      assertThat(
              Cluster.value(requireNonNull(cluster.secret("c08", McpGroup.CONFIG_SECRET)), "mine"))
          .isEqualTo("kept");
    }
  }

  @Test
  void c09AnApiServerThatIsTooBusyIsLeftAloneForAsLongAsItAsks() {
    // Before it starts: whatever changes is looked at at once.
    team("c09");
    Map<String, List<Long>> refused = refusing(429, "TooManyRequests");
    try (var _ = RunningController.asShipped(proxy, lease()).untilActing()) {
      await().atMost(LONG).until(() -> most(refused) >= 3);
      proxy.fate = r -> FaultProxy.PASS;
      assertThat(refused.values())
          .allSatisfy(times ->
              assertThat(gaps(times)).allMatch(gap -> gap >= Duration.ofSeconds(1).toNanos()));
      complete("c09");
    }
  }

  @Test
  void c09AnApiServerThatFailsIsAskedLessAndLessOften() {
    team("c09b");
    Map<String, List<Long>> refused = refusing(500, "InternalError");
    try (var _ = RunningController.asShipped(proxy, lease()).untilActing()) {
      await().atMost(LONG).until(() -> most(refused) >= 7);
      proxy.fate = r -> FaultProxy.PASS;
      List<Long> times =
          refused.values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
      // At least 25, 50, 100, 200, 400 and 800 ms between them.
      assertThat(Duration.ofNanos(times.get(6) - times.getFirst()))
          .isGreaterThan(Duration.ofMillis(1575));
      complete("c09b");
    }
  }

  /** Every write is refused from now on; when, by the object whose status was to be written. */
  private Map<String, List<Long>> refusing(int code, String reason) {
    Map<String, List<Long>> refused = new ConcurrentHashMap<>();
    proxy.fate =
        r -> {
          if (!r.write() || r.lease()) {
            return FaultProxy.PASS;
          }
          // Two Secrets are made under one path.
          if (r.path().endsWith("/status")) {
            refused
                .computeIfAbsent(r.path(), k -> new CopyOnWriteArrayList<>())
                .add(System.nanoTime());
          }
          return new Fate.Answer(code, reason);
        };
    return refused;
  }

  private static int most(Map<String, List<Long>> refused) {
    return refused.values().stream().mapToInt(List::size).max().orElse(0);
  }

  private static List<Long> gaps(List<Long> times) {
    return IntStream.range(1, times.size()).mapToObj(i -> times.get(i) - times.get(i - 1)).toList();
  }

  @Test
  void c10AWriteOfALeaderThatWasPausedIsRefused() {
    team("c10");
    String lease = lease();
    CountDownLatch paused = new CountDownLatch(1);
    AtomicBoolean pause = new AtomicBoolean();
    List<Request> held = new CopyOnWriteArrayList<>();
    proxy.fate =
        r -> {
          if (!pause.get()) {
            return FaultProxy.PASS;
          }
          if (r.write() && r.path().contains("/secrets/")) {
            held.add(r);
            return new Fate.Hold(paused);
          }
          return r.lease() ? new Fate.Cut() : FaultProxy.PASS;
        };
    try (var first = RunningController.behind(proxy, "first", lease).untilActing()) {
      complete("c10");
      pause.set(true);
      cluster.server("c10", "t", "c10", "g");
      soon(() -> !held.isEmpty());
      try (FaultProxy clean = new FaultProxy(client);
          var second = RunningController.behind(clean, "second", lease)) {
        await().atMost(LONG).until(second::leading);
        await().atMost(LONG).until(first::lost);
        cluster.server("c10", "u", "c10", "g");
        soon(() -> cluster.servers("c10").equals(List.of("c10/s", "c10/t", "c10/u")));
        long version = cluster.version("c10");
        paused.countDown();
        await()
            .during(Duration.ofSeconds(2))
            .atMost(LONG)
            .until(() ->
                cluster.version("c10") == version && cluster.servers("c10").contains("c10/u"));
      }
    }
  }

  @Test
  void c18AFlappingRouteCostsAtMostTwoWritesASecondAndEndsRight() {
    try (var _ = controllerBehindProxy()) {
      team("c18");
      complete("c18");
      int before = configWrites();
      int refused = proxy.refused("c18");
      long started = System.nanoTime();
      boolean accepted = true;
      for (int i = 0; i < 100; i++) {
        accepted = !accepted;
        cluster.accept("c18", "s", accepted);
      }
      cluster.accept("c18", "s", true);
      complete("c18");
      double seconds = (System.nanoTime() - started) / 1e9;
      assertThat(configWrites() - before)
          .isLessThanOrEqualTo((int) (2 * seconds) + 2 + proxy.refused("c18") - refused);
    }
  }

  @Test
  void c22ANamespaceThatTerminatesIsLeftInPeace() {
    try (var controller = controllerBehindProxy();
        var log = CapturedLog.warnings()) {
      team("c22");
      complete("c22");
      int before = proxy.writes().size();
      // No namespace controller runs here: it stays Terminating, and the test empties it.
      client.namespaces().withName("c22").delete();
      await().atMost(LONG).until(FaultsIT::refusesNewObjects);
      // What would be made again at once elsewhere, and then everything else in any order.
      client.secrets().inNamespace("c22").withName(McpGroup.KEYS_SECRET).delete();
      client.secrets().inNamespace("c22").withName(McpGroup.CONFIG_SECRET).delete();
      soon(() ->
          proxy.writes().stream()
              .skip(before)
              .anyMatch(r -> r.path().endsWith("/namespaces/c22/secrets")));
      client.resources(HTTPRoute.class).inNamespace("c22").delete();
      client.resources(MCPServerRegistration.class).inNamespace("c22").delete();
      client.resources(MCPVirtualServer.class).inNamespace("c22").delete();
      client.resources(Gateway.class).inNamespace("c22").delete();
      client.resources(MCPGatewayExtension.class).inNamespace("c22").delete();
      client.services().inNamespace("c22").withName("s").delete();
      // Later, so all of it has been seen.
      team("c22-after");
      complete("c22-after");
      long asked = asked("c22");
      await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> asked("c22") == asked);
      assertThat(client.secrets().inNamespace("c22").list().getItems()).isEmpty();
      assertThat(
              proxy.writes().stream()
                  .skip(before)
                  .filter(r -> r.path().contains("/namespaces/c22/")))
          .hasSizeLessThanOrEqualTo(20);
      assertThat(controller.get("/metrics").body()).doesNotContain("result=\"failed\"");
      assertThat(log.lines()).noneMatch(line -> line.contains("c22"));
    }
  }

  /** What has been asked to be written in a namespace so far. */
  private long asked(String namespace) {
    return proxy.writes().stream()
        .filter(r -> r.path().contains("/namespaces/" + namespace + "/"))
        .count();
  }

  private static boolean refusesNewObjects() {
    try {
      var config = new ConfigMapBuilder().withMetadata(Cluster.meta("c22", "probe")).build();
      client.resource(config).create();
      client.resource(config).delete();
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 403;
    }
  }

  @Test
  void c26AThousandPassesOverWhatHasNotChangedWriteNothing() {
    // All keys of a round within 50 ms, instead of ten minutes.
    var often = new Controller.Pace(Duration.ofMillis(1), Duration.ofMillis(50));
    team("c26");
    try (var controller = RunningController.behind(proxy, often, lease()).untilActing()) {
      complete("c26");
      soon(() -> told("c26"));
      quiet();
      int before = proxy.writes().size();
      double passes = passes(controller);
      // Events that change no facts, of every kind that is watched here.
      List<HasMetadata> touched =
          List.of(
              client.resources(MCPGatewayExtension.class).inNamespace("c26").withName("e").get(),
              client.resources(MCPServerRegistration.class).inNamespace("c26").withName("s").get(),
              client.resources(MCPVirtualServer.class).inNamespace("c26").withName("v").get(),
              client.resources(HTTPRoute.class).inNamespace("c26").withName("s").get(),
              client.resources(Gateway.class).inNamespace("c26").withName("g").get(),
              client.services().inNamespace("c26").withName("s").get(),
              requireNonNull(cluster.secret("c26", McpGroup.CONFIG_SECRET)),
              requireNonNull(cluster.secret("c26", McpGroup.KEYS_SECRET)));
      for (int i = 0; i < 20; i++) {
        for (HasMetadata object : touched) {
          touch(object, i);
        }
      }
      await().atMost(LONG).until(() -> passes(controller) >= passes + 1000);
      assertThat(proxy.writes().stream().skip(before)).isEmpty();
    }
  }

  /** Waits until nothing has been written for two seconds. */
  private void quiet() {
    AtomicInteger writes = new AtomicInteger(-1);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(LONG)
        .until(() -> {
          int now = proxy.writes().size();
          return now == writes.getAndSet(now);
        });
  }

  /** An annotation of somebody else's, which says nothing. */
  private static void touch(HasMetadata object, int i) {
    String patch = "{\"metadata\":{\"annotations\":{\"tests/touched\":\"%d\"}}}".formatted(i);
    var _ = client.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  /** How many passes over keys have ended. */
  private static double passes(RunningController controller) {
    return controller
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("mcp_controller_pass_seconds_count"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void c30SecretsThatMayNotBeWrittenAreToldInTheStatus() {
    AtomicBoolean forbidden = new AtomicBoolean(true);
    proxy.fate =
        r ->
            forbidden.get() && r.write() && r.path().contains("/secrets")
                ? new Fate.Answer(403, "Forbidden")
                : FaultProxy.PASS;
    try (var _ = controllerBehindProxy()) {
      team("c30");
      soonAsserted(() ->
          assertThat(cluster.says("c30", "e", "Ready"))
              .isEqualTo(
                  "False InvalidMCPGatewayExtension Secret mcp-gateway-keys could not be stored: Forbidden"));
      soonAsserted(
          () -> assertThat(cluster.events("c30", "e")).containsOnly("InvalidMCPGatewayExtension"));
      forbidden.set(false);
      complete("c30");
    }
  }

  private int configWrites() {
    return (int)
        proxy.written().stream().filter(r -> r.path().contains(McpGroup.CONFIG_SECRET)).count();
  }

  @Test
  void c24MissingKindsAreWaitedFor() {
    proxy.fate =
        r ->
            r.path().contains("mcpvirtualservers")
                ? new Fate.Answer(404, "NotFound")
                : FaultProxy.PASS;
    try (var controller = RunningController.behind(proxy, "c24", lease())) {
      await().atMost(LONG).until(controller::leading);
      await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> !controller.synced());
      proxy.fate = r -> FaultProxy.PASS;
      team("c24");
      complete("c24");
    }
  }

  @Test
  void c24AKindThatGoesAndComesBackWhileItRunsIsServedAgain() {
    team("c24b");
    try (var controller = controller()) {
      complete("c24b");
      removeKind("mcpvirtualservers.mcp.kagenti.com");
      await().atMost(LONG).until(() -> !isComplete("c24b"));
      assertThat(cluster.servers("c24b")).containsExactly("c24b/s");
      // Everybody else goes on.
      cluster.namespace("c24c");
      cluster.gateway("c24c", "g");
      cluster.extension("c24c", "e", null, "g");
      cluster.isReadySoon("c24c", "e");
      restoreKind(() -> cluster.virtualServer("c24b", "v", "s_a"));

      removeKind("httproutes.gateway.networking.k8s.io");
      await().atMost(LONG).until(() -> cluster.servers("c24b").isEmpty());
      restoreKind(() -> cluster.route("c24b", "s", "c24b", "g"));
      cluster.accept("c24b", "s", true);
      complete("c24b");

      removeKind("mcpgatewayextensions.mcp.kagenti.com");
      await().atMost(LONG).until(() -> cluster.secret("c24b", McpGroup.CONFIG_SECRET) == null);
      restoreKind(() -> cluster.extension("c24b", "e", null, "g"));
      complete("c24b");
      assertThat(controller.lost()).isFalse();
    }
  }

  private static void removeKind(String crd) {
    var definition = client.apiextensions().v1().customResourceDefinitions().withName(crd);
    definition.delete();
    await().atMost(LONG).until(() -> definition.get() == null);
  }

  /** Installs what is missing; objects can be made a moment after a kind is established. */
  private static void restoreKind(Runnable create) {
    cluster.installCrds();
    await()
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(KubernetesClientException.class)
        .until(() -> {
          create.run();
          return true;
        });
  }

  /** A team's namespace: Gateway, extension, one server, one virtual server. */
  private static void team(String namespace) {
    cluster.namespace(namespace);
    cluster.gateway(namespace, "g");
    cluster.server(namespace, "s", namespace, "g");
    cluster.virtualServer(namespace, "v", "s_a");
    cluster.extension(namespace, "e", null, "g");
  }

  /** Waits until everything about the team has been written, its Events aside. */
  private static void complete(String namespace) {
    await().atMost(LONG).untilAsserted(() -> assertComplete(namespace));
  }

  private static boolean isComplete(String namespace) {
    try {
      assertComplete(namespace);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  private static void assertComplete(String namespace) {
    assertThat(cluster.ready(namespace, "e")).isTrue();
    assertThat(cluster.servers(namespace)).containsExactly(namespace + "/s");
    assertThat(cluster.document(namespace)).contains(namespace + "/v");
    assertThat(cluster.registrationSays(namespace, "s")).startsWith(Cluster.WITHOUT_BROKERS);
    assertThat(cluster.secret(namespace, McpGroup.KEYS_SECRET)).isNotNull();
    assertThat(
            client
                .resources(MCPGatewayExtension.class)
                .inNamespace(namespace)
                .withName("e")
                .get()
                .getStatus()
                .servers())
        .isEqualTo(1);
  }

  /** Whether the Events of a complete team are there. */
  private static boolean told(String namespace) {
    return !cluster.events(namespace, "e").isEmpty() && !cluster.events(namespace, "s").isEmpty();
  }

  private static RunningController controller() {
    return RunningController.starting(client, "default", lease()).untilActing();
  }

  private RunningController controllerBehindProxy() {
    return RunningController.behind(proxy, "behind", lease()).untilActing();
  }

  /** A Lease of its own for each controller: a crashed one's would have to run out. */
  private static String lease() {
    return "faults-" + LEASES.incrementAndGet();
  }

  /** The metric of a watch that is live. */
  private static String live(String kind) {
    return "mcp_controller_watch{kind=\"%s\"} 1.0".formatted(kind);
  }

  private static void pass(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
