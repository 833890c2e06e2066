package dev.mcpgateway.controller;

import dev.mcpgateway.controller.api.cache.Change;
import dev.mcpgateway.controller.api.cache.WatchState;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.delivery.Deliveries;
import dev.mcpgateway.controller.delivery.DeliveryMetrics;
import dev.mcpgateway.controller.delivery.ReplicaCache;
import dev.mcpgateway.controller.delivery.ReplicasSnapshot;
import dev.mcpgateway.controller.instance.ExtensionReconciler;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.leader.Leadership;
import dev.mcpgateway.controller.loop.ReconcileLoop;
import dev.mcpgateway.controller.loop.Resync;
import dev.mcpgateway.controller.loop.Triggers;
import dev.mcpgateway.controller.management.ControllerMetrics;
import dev.mcpgateway.controller.management.Health;
import dev.mcpgateway.controller.management.ManagementServer;
import dev.mcpgateway.controller.observe.Observer;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.WorkKey;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Lanes;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.queue.WorkQueue;
import dev.mcpgateway.controller.registration.RegistrationReconciler;
import dev.mcpgateway.controller.route.RouteReconciler;
import dev.mcpgateway.controller.route.RouteStatusWriter;
import dev.mcpgateway.controller.secrets.ConfigSecretWriter;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import dev.mcpgateway.controller.secrets.SecretCache;
import dev.mcpgateway.controller.status.EventWriter;
import dev.mcpgateway.controller.status.Patience;
import dev.mcpgateway.controller.status.StatusPass;
import dev.mcpgateway.controller.status.StatusWriter;
import dev.mcpgateway.controller.virtualserver.VirtualServerReconciler;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller, wired: everything {@link ControllerMain} starts, and tests start as well. */
final class Controller implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Controller.class);

  /** First and longest wait of a failing key. */
  private static final Duration BACKOFF_BASE = Duration.ofMillis(50);

  private static final Duration BACKOFF_CAP = Duration.ofSeconds(30);

  private static final Duration SYNC_POLL = Duration.ofMillis(20);
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  /** Kinds whose status is written here. */
  private static final Set<WatchedKind> STATUSES =
      Set.of(
          WatchedKind.EXTENSION,
          WatchedKind.REGISTRATION,
          WatchedKind.VIRTUAL_SERVER,
          WatchedKind.ROUTE);

  private final WorldCache world;
  private final Observer observer = new Observer();
  private final SecretCache secrets;
  private final ReplicaCache replicas;
  private final Deliveries deliveries;
  private final Triggers triggers;
  private final Resync resync;
  private final ReconcileLoop<WorkKey> loop;
  private final EventWriter events;
  private final Leadership leadership;
  private final ManagementServer management;
  private final Thread acting = Thread.ofVirtual().name("acting").unstarted(this::act);

  /**
   * How often keys are looked at.
   *
   * @param key the shortest time between two passes over a key
   * @param round the time in which every key is looked at though nothing changes
   */
  record Pace(Duration key, Duration round) {
    /** At most two passes over a key per second, however fast things change. */
    static final Pace USUAL = new Pace(Duration.ofMillis(500), Resync.PERIOD);
  }

  /**
   * @param client for everything but watches and the lease
   * @param watchClient repeats what fails: a listing consists of many requests
   * @param leaseClient with a short timeout and without retries
   * @param busy what the API server has answered {@code client}
   * @param identity of this replica
   * @param lost ends the process
   */
  Controller(
      ControllerSettings settings,
      KubernetesClient client,
      KubernetesClient watchClient,
      KubernetesClient leaseClient,
      RetryAfter busy,
      String identity,
      Runnable lost,
      Clock clock,
      Pace pace) {
    Ticker ticker = Ticker.system();
    WorkQueue<WorkKey> queue =
        new WorkQueue<>(
            ticker,
            new Backoff(BACKOFF_BASE, BACKOFF_CAP, new Random()),
            pace.key(),
            // What an instance runs with, and who holds what, before what is said of its parts.
            Lanes.of(WorkKey.Instance.class::isInstance, settings.workers()));
    world =
        new WorldCache(watchClient, EnumSet.allOf(WatchedKind.class), STATUSES, this::worldChanged);
    secrets = new SecretCache(watchClient, clock, this::secretsChanged);
    replicas = new ReplicaCache(watchClient, this::replicasChanged);
    triggers = new Triggers(() -> observe(clock), queue, ticker);
    resync = new Resync(triggers::present, queue, pace.round());
    Fence fence = new Fence(this::held);
    ConfigSecretWriter configs = new ConfigSecretWriter(client, fence, clock);
    KeysSecretWriter keys = new KeysSecretWriter(client, fence, clock, new SecureRandom());
    StatusWriter statuses = new StatusWriter(client, fence);
    events = new EventWriter(client, fence, busy, clock, ticker, new Random());
    var extensions =
        new ExtensionReconciler(
            triggers::present, world, configs, keys, statuses, events, clock, ticker);
    var registrations =
        new RegistrationReconciler(
            triggers::present,
            new StatusPass<>(
                WatchedKind.REGISTRATION,
                MCPServerRegistration.class,
                MCPServerRegistration::new,
                world,
                statuses,
                events,
                clock,
                new Patience(ticker)));
    var routes =
        new RouteReconciler(triggers::present, world, new RouteStatusWriter(client, fence), clock);
    var virtualServers =
        new VirtualServerReconciler(
            triggers::present,
            new StatusPass<>(
                WatchedKind.VIRTUAL_SERVER,
                MCPVirtualServer.class,
                MCPVirtualServer::new,
                world,
                statuses,
                events,
                clock,
                new Patience(ticker)));
    leadership =
        new Leadership(
            leaseClient,
            settings.namespace(),
            settings.lease(),
            identity,
            acting::start,
            lost,
            ticker);
    Map<String, Supplier<WatchState>> watches = watches();
    ControllerMetrics metrics =
        new ControllerMetrics(
            triggers::present, queue::waiting, this::unreadable, leadership::leading, watches);
    deliveries =
        new Deliveries(
            client,
            replicas,
            secrets::snapshot,
            world::snapshot,
            new DeliveryMetrics(metrics.registry()),
            new Random(),
            clock,
            this::changed);
    loop =
        new ReconcileLoop<>(
            queue,
            key -> reconcile(key, extensions, registrations, routes, virtualServers),
            settings.workers(),
            metrics,
            busy,
            ticker);
    management =
        new ManagementServer(
            settings.bind(),
            settings.managementPort(),
            new Health(this::synced, watches, this::working, ticker),
            metrics::scrape);
  }

  /** Starts watching and competing for the lease, and returns at once. */
  void start() {
    management.start();
    world.start();
    secrets.start();
    replicas.start();
    leadership.start();
  }

  int managementPort() {
    return management.port();
  }

  boolean synced() {
    return world.synced() && secrets.synced() && replicas.synced();
  }

  boolean leading() {
    return leadership.leading();
  }

  /** Ends passes in progress and tells what they had to tell, then hands the lease over. */
  @Override
  public void close() {
    acting.interrupt();
    triggers.close();
    resync.close();
    try {
      loop.stop(STOP_GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    events.close();
    deliveries.close();
    leadership.close();
    world.close();
    secrets.close();
    replicas.close();
    management.close();
  }

  private static Outcome reconcile(
      WorkKey key,
      ExtensionReconciler extensions,
      RegistrationReconciler registrations,
      RouteReconciler routes,
      VirtualServerReconciler virtualServers) {
    return switch (key) {
      case WorkKey.Instance(String namespace) -> extensions.reconcile(namespace);
      case WorkKey.Registration(var name) -> registrations.reconcile(name);
      case WorkKey.Route(var name) -> routes.reconcile(name);
      case WorkKey.VirtualServer(var name) -> virtualServers.reconcile(name);
    };
  }

  /** The leader's part. An empty cache must never look like an empty cluster: it waits for sync. */
  private void act() {
    try {
      while (!synced()) {
        Thread.sleep(SYNC_POLL);
      }
    } catch (InterruptedException e) {
      return;
    }
    log.atInfo().log("Caches are filled, acting");
    deliveries.start();
    triggers.start();
    events.start();
    loop.start();
    resync.start();
  }

  private Outlook observe(Clock clock) {
    // Before the Secrets: no broker shall seem to be ahead of what was stored in between.
    ReplicasSnapshot reported = replicaStates();
    return observer.observe(world.snapshot(), secrets.snapshot(), reported, clock.instant());
  }

  private void changed() {
    triggers.changed();
  }

  private void worldChanged(Change change) {
    if (change.kind() == WatchedKind.EXTENSION) {
      deliveries.changed();
    }
    triggers.changed();
  }

  private void secretsChanged() {
    deliveries.changed();
    triggers.changed();
  }

  private void replicasChanged() {
    deliveries.changed();
    triggers.changed();
  }

  /** The brokers, as far as this controller delivers to them. */
  ReplicasSnapshot replicaStates() {
    return deliveries.snapshot();
  }

  private boolean held() {
    return leadership.held();
  }

  private int unreadable() {
    return world.unreadable() + secrets.unreadable() + replicas.unreadable();
  }

  /** How the watch of each kind is doing. */
  private Map<String, Supplier<WatchState>> watches() {
    Map<String, Supplier<WatchState>> watches = new HashMap<>();
    for (WatchedKind kind : WatchedKind.values()) {
      watches.put(kind.name(), () -> world.watch(kind).orElseThrow());
    }
    watches.put("Secret", secrets::watch);
    watches.put("Pod", replicas::watchOfPods);
    watches.put("ReplicaSet", replicas::watchOfReplicaSets);
    return Map.copyOf(watches);
  }

  private boolean working() {
    boolean shouldWork = leading() && !acting.isAlive();
    return leadership.alive()
        && (!shouldWork
            || (deliveries.alive()
                && triggers.alive()
                && resync.alive()
                && loop.alive()
                && events.alive()));
  }
}
