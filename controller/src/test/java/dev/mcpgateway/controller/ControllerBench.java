package dev.mcpgateway.controller;

import static dev.mcpgateway.controller.Cluster.meta;
import static dev.mcpgateway.controller.Cluster.value;
import static java.util.Objects.requireNonNull;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.TargetRef;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Measures the controller behind a real API server: how long a cluster that is there already takes
 * to be served, how long a change takes to be in force at a broker, and what both cost in memory.
 * Arguments: folder for the report, extensions, registrations, brokers, changes, largest heap, and
 * {@code check} for an exit code of 1 when a target is missed.
 */
final class ControllerBench {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int WRITERS = 16;

  /** Tools a broker finds at each server. */
  private static final int TOOLS = 10;

  /** A change is at its broker within this time, in 99 of 100 cases. */
  private static final double MAX_CHANGE_MILLIS = 1_000;

  private static final long MAX_RESIDENT_MIB = 512;

  private final KubernetesClient client;
  private final Cluster cluster;
  private final int extensions;
  private final int perExtension;
  private final List<BrokerPeer> peers = new ArrayList<>();

  private ControllerBench(KubernetesClient client, int extensions, int registrations) {
    this.client = client;
    this.cluster = new Cluster(client);
    this.extensions = extensions;
    this.perExtension = registrations / extensions;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    int extensions = Integer.parseInt(arguments[1]);
    int registrations = Integer.parseInt(arguments[2]);
    int brokers = Math.min(extensions, Integer.parseInt(arguments[3]));
    int changes = Integer.parseInt(arguments[4]);
    String maxHeap = arguments[5];
    boolean check = arguments.length > 6 && arguments[6].equals("check");
    List<String> missed;
    var server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withUpdateKubeConfig(false)
                .withApiServerFlags(
                    List.of(
                        "--bind-address", "127.0.0.1",
                        "--advertise-address", "127.0.0.1",
                        "--endpoint-reconciler-type", "none",
                        "--disable-admission-plugins", "ServiceAccount"))
                .build());
    server.start();
    String kubeConfig = server.getKubeConfigYaml();
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeConfig)).build()) {
      ControllerBench bench = new ControllerBench(client, extensions, registrations);
      bench.populate();
      missed = bench.measure(folder, kubeConfig, brokers, changes, maxHeap);
    } finally {
      server.stop();
    }
    missed.forEach(target -> say("Missed: " + target));
    if (check && !missed.isEmpty()) {
      System.exit(1);
    }
  }

  /** Which targets are missed. */
  private List<String> measure(
      Path folder, String kubeConfig, int brokers, int changes, String maxHeap) throws Exception {
    int connected = brokers * perExtension;
    try (var configs = new Count<>(extensions, this::complete);
        var served = new Count<MCPServerRegistration>(connected, ControllerBench::served);
        var programmed = new Programmed()) {
      configs.over(
          client
              .secrets()
              .inAnyNamespace()
              .withLabel(McpGroup.AGGREGATED_LABEL, "true")
              .watch(configs));
      served.over(client.resources(MCPServerRegistration.class).inAnyNamespace().watch(served));
      programmed.over(
          client.resources(MCPGatewayExtension.class).inAnyNamespace().watch(programmed));
      long started = System.nanoTime();
      try (var controller = new ControllerProcess(folder, kubeConfig, maxHeap)) {
        double stored = configs.await(started);
        say("Configurations stored after %.1f s".formatted(stored));
        connect(brokers);
        double ready = served.await(started);
        say("Registrations of %d instances served after %.1f s".formatted(brokers, ready));
        List<Change> measured = change(changes, programmed);
        long rss = controller.rss();
        String report = report(controller, brokers, stored, ready, measured, rss, maxHeap);
        Files.writeString(folder.resolve("controller.md"), report);
        Files.writeString(folder.resolve("controller.csv"), Change.csv(measured));
        Files.writeString(folder.resolve("controller.prom"), controller.metrics());
        say(report);
        return missed(measured, rss);
      } finally {
        peers.forEach(BrokerPeer::close);
      }
    }
  }

  /** Stored, acknowledged by its broker and connected there. */
  private static boolean served(MCPServerRegistration registration) {
    return registration.getStatus() != null
        && Conditions.isTrue(registration.getStatus().conditions(), ConditionNames.READY)
        && Conditions.isTrue(registration.getStatus().conditions(), ConditionNames.PROGRAMMED);
  }

  /** Nanoseconds from the request for a change until its broker runs with it, and is said to. */
  private record Change(long inForce, long told) {
    static long[] sorted(List<Change> changes, ToLongFunction<Change> part) {
      return changes.stream().mapToLong(part).sorted().toArray();
    }

    static String csv(List<Change> changes) {
      return changes.stream()
          .map(c -> c.inForce + "," + c.told + "\n")
          .collect(Collectors.joining("", "in_force_nanos,told_nanos\n", ""));
    }
  }

  private static List<String> missed(List<Change> changes, long residentMib) {
    long[] sorted = Change.sorted(changes, Change::inForce);
    List<String> missed = new ArrayList<>();
    if (millis(sorted, 0.99) >= MAX_CHANGE_MILLIS) {
      missed.add("change to broker, p99 below %.0f ms".formatted(MAX_CHANGE_MILLIS));
    }
    if (residentMib >= MAX_RESIDENT_MIB) {
      missed.add("resident memory below %d MiB".formatted(MAX_RESIDENT_MIB));
    }
    return missed;
  }

  private void populate() throws Exception {
    say(
        "Creating %d extensions and %d registrations"
            .formatted(extensions, extensions * perExtension));
    cluster.installCrds();
    parallel(
        extensions,
        n -> {
          String namespace = namespace(n);
          cluster.namespace(namespace);
          cluster.gateway(namespace, "g");
          cluster.extension(namespace, "e", null, "g");
          cluster.service(namespace, "s");
          cluster.route(namespace, "s", namespace, "g");
          cluster.accept(namespace, "s", true);
          for (int i = 0; i < perExtension; i++) {
            register(namespace, "r" + i, "r%d/mcp".formatted(i));
          }
        });
  }

  /** All of an instance's registrations share a route; the paths tell them apart. */
  private void register(String namespace, String name, String path) {
    MCPServerRegistration registration = new MCPServerRegistration();
    registration.setMetadata(meta(namespace, name));
    registration.setSpec(
        new RegistrationSpec(
            new TargetRef(McpGroup.GATEWAY_GROUP, "HTTPRoute", "s", null),
            name + "_",
            "/" + path,
            null));
    client.resource(registration).create();
  }

  private boolean complete(Secret secret) {
    String document = value(secret, "config.yaml");
    return document != null && document.split("- name:", -1).length > perExtension;
  }

  /** Brokers for the first instances, and what they were given first. */
  private void connect(int brokers) throws Exception {
    BrokerPods pods = new BrokerPods(client);
    for (int n = 0; n < brokers; n++) {
      Secret keys = requireNonNull(cluster.secret(namespace(n), McpGroup.KEYS_SECRET));
      BrokerPeer peer =
          BrokerPeer.start(Base64.getDecoder().decode(requireNonNull(value(keys, "push-key"))));
      peers.add(peer);
      peer.serve(TOOLS);
    }
    parallel(brokers, n -> pods.broker(namespace(n), "one", peers.get(n).port()));
  }

  /** One change after the other, each in another namespace. */
  private List<Change> change(int number, Programmed programmed) throws InterruptedException {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      int team = i % peers.size();
      String name = "change-%d-".formatted(i);
      long started = System.nanoTime();
      switch (i % 3) {
        case 0 -> cluster.virtualServer(namespace(team), name + "x", "tool");
        case 1 -> register(namespace(team), "new" + i, name + "x");
        default -> move(namespace(team), name + "x");
      }
      arrived(peers.get(team), name);
      long inForce = System.nanoTime() - started;
      programmed.await(namespace(team), peers.get(team).version());
      changes.add(new Change(inForce, System.nanoTime() - started));
    }
    return changes;
  }

  /** Another path for a server that is served. */
  private void move(String namespace, String path) {
    Cluster.retrying(() ->
        client
            .resources(MCPServerRegistration.class)
            .inNamespace(namespace)
            .withName("r0")
            .edit(r -> {
              RegistrationSpec spec = r.getSpec();
              r.setSpec(
                  new RegistrationSpec(spec.targetRef(), spec.toolPrefix(), "/" + path, null));
              return r;
            }));
  }

  private String report(
      ControllerProcess controller,
      int brokers,
      double stored,
      double ready,
      List<Change> changes,
      long rss,
      String maxHeap)
      throws Exception {
    long[] inForce = Change.sorted(changes, Change::inForce);
    long[] told = Change.sorted(changes, Change::told);
    return """
    # Controller, %s

    %d extensions with %d registrations and %d brokers behind a real etcd and kube-apiserver, all on one machine with %d
    processors; largest heap %s.

    | | |
    |---|---|
    | all configurations stored, from the start of the process | %.1f s |
    | all registrations with brokers Ready and Programmed | %.1f s |
    | change to broker, p50 of %d | %.0f ms |
    | change to broker, p99 | %.0f ms |
    | change to broker, longest | %.0f ms |
    | change to its acknowledgement in the status, p50 | %.0f ms |
    | change to its acknowledgement in the status, p99 | %.0f ms |
    | resident memory at the end | %d MiB |
    | heap in use after a collection | %d MiB |

    A change is, in turn, a new MCPVirtualServer, a new MCPServerRegistration and another path for an old one, measured
    from the request to the API server until its broker runs with it, and until the extension's Programmed says so. Each
    broker reports %d tools of each of its servers. Targets: change to broker, p99, below %.0f ms, resident memory below
    %d MiB. Raw data: controller.csv, controller.prom.
    """
        .formatted(
            Instant.now(),
            extensions,
            extensions * perExtension,
            brokers,
            Runtime.getRuntime().availableProcessors(),
            maxHeap,
            stored,
            ready,
            inForce.length,
            millis(inForce, 0.5),
            millis(inForce, 0.99),
            millis(inForce, 1),
            millis(told, 0.5),
            millis(told, 0.99),
            rss,
            controller.heap(),
            TOOLS,
            MAX_CHANGE_MILLIS,
            MAX_RESIDENT_MIB);
  }

  private static double millis(long[] sorted, double share) {
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e6;
  }

  private static void arrived(BrokerPeer peer, String text) throws InterruptedException {
    if (!peer.awaitDocumentWith(text, PATIENCE)) {
      throw new IllegalStateException("a broker was not given " + text);
    }
  }

  private static String namespace(int number) {
    return "team-%04d".formatted(number);
  }

  private static void parallel(int count, IntConsumer work) throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(writers.submit(() -> work.accept(number)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  private static void say(String text) {
    System.out.println(text);
  }

  /** What the extensions say of their brokers. */
  private static final class Programmed implements Watcher<MCPGatewayExtension>, AutoCloseable {
    private final Map<String, String> acknowledged = new HashMap<>();
    private final List<Watch> watches = new ArrayList<>();

    void over(Watch watch) {
      watches.add(watch);
    }

    /** Waits until all brokers of a namespace are said to run a version. */
    synchronized void await(String namespace, long version) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!acknowledged.getOrDefault(namespace, "").contains("version " + version)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "%s does not say that version %d has arrived".formatted(namespace, version));
        }
        wait(1_000);
      }
    }

    @Override
    public synchronized void eventReceived(Action action, MCPGatewayExtension extension) {
      if (extension.getStatus() != null) {
        Conditions.find(extension.getStatus().conditions(), ConditionNames.PROGRAMMED)
            .filter(c -> c.getStatus().equals("True"))
            .ifPresent(
                c -> acknowledged.put(extension.getMetadata().getNamespace(), c.getMessage()));
        notifyAll();
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      say("A watch ended: " + cause.getMessage());
    }

    @Override
    public void close() {
      watches.forEach(Watch::close);
    }
  }

  /** Counts objects until enough of them have something. */
  private static final class Count<T extends HasMetadata> implements Watcher<T>, AutoCloseable {
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final CountDownLatch missing;
    private final Predicate<T> wanted;
    private final List<Watch> watches = new ArrayList<>();

    Count(int enough, Predicate<T> wanted) {
      this.missing = new CountDownLatch(enough);
      this.wanted = wanted;
    }

    void over(Watch watch) {
      watches.add(watch);
    }

    /** Seconds since {@code started} when there were enough. */
    double await(long started) throws InterruptedException {
      if (!missing.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(missing.getCount() + " are still missing");
      }
      return (System.nanoTime() - started) / 1e9;
    }

    @Override
    public void eventReceived(Action action, T object) {
      if (wanted.test(object) && seen.add(object.getMetadata().getUid())) {
        missing.countDown();
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      say("A watch ended: " + cause.getMessage());
    }

    @Override
    public void close() {
      watches.forEach(Watch::close);
    }
  }
}
