package dev.mcpgateway.local.node;

import dev.mcpgateway.local.node.ContainerProcess.RestartRule;
import dev.mcpgateway.local.process.ChildProcess;
import dev.mcpgateway.local.process.Launch;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pod on this node, from its binding to its last DELETE. One thread owns it: it looks at the
 * pod whenever something changed (or a second has passed), takes the next step and reports the
 * status when that is new.
 */
final class PodProcess implements ContainerProcess.Host {
  private static final Logger log = LoggerFactory.getLogger(PodProcess.class);
  private static final long LOOK_SECONDS = 1;
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

  private final NodeParts node;
  private final Path folder;
  private final PodStatuses.Place place;
  private final String address;
  private final PodVolumes volumes;
  private final PodPlans plans;
  private final PodEvents events;
  private final Semaphore wake = new Semaphore(1);
  private final Thread thread;
  private final List<ContainerProcess> init = new ArrayList<>();
  private final List<ContainerProcess> main = new ArrayList<>();

  private volatile Pod pod;
  private volatile boolean killed;
  private int initStarted;
  private boolean mounted;
  private boolean mainStarted;
  private String problem = "";
  private List<PodCondition> conditions;
  private @Nullable PodStatus reported;

  PodProcess(Pod pod, String podIp, NodeParts node) {
    this.pod = pod;
    this.node = node;
    this.folder = node.podFolder(pod);
    this.place = new PodStatuses.Place(node.addresses().node(), podIp, node.clock().instant());
    this.address = node.addresses().loopback(podIp);
    var fields = new FieldRefs(pod, place);
    this.volumes =
        new PodVolumes(pod, folder.resolve("volumes"), fields, node.objects(), node.clock());
    this.plans = new PodPlans(pod, folder, address, fields, volumes, node);
    this.events = new PodEvents(node.client(), pod, node.clock());
    this.conditions = pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
    var rule = RestartRule.of(pod.getSpec().getRestartPolicy());
    for (var c : pod.getSpec().getInitContainers()) {
      // An init container that always restarts is a sidecar; another one is done when it succeeded.
      var own =
          "Always".equals(c.getRestartPolicy())
              ? RestartRule.ALWAYS
              : rule == RestartRule.NEVER ? rule : RestartRule.ON_FAILURE;
      init.add(new ContainerProcess(c, this, own, "PodInitializing"));
    }
    var reason = init.isEmpty() ? "ContainerCreating" : "PodInitializing";
    for (var c : pod.getSpec().getContainers()) {
      main.add(new ContainerProcess(c, this, rule, reason));
    }
    this.thread =
        Thread.ofVirtual().name("pod " + pod.getMetadata().getName()).unstarted(this::live);
  }

  void start() {
    thread.start();
  }

  /** A newer version of the pod object. */
  void update(Pod newer) {
    pod = newer;
    wake.release();
  }

  /** Something in a namespace changed that volumes may be made of. */
  void lookIfIn(String namespace) {
    if (pod.getMetadata().getNamespace().equals(namespace)) {
      wake.release();
    }
  }

  boolean writing(String container, Path log) {
    return Stream.of(init, main)
        .flatMap(List::stream)
        .map(ContainerProcess::view)
        .filter(v -> v.name().equals(container) && v.state() instanceof RunState.Running)
        .anyMatch(v -> node.log(pod, container, v.restarts()).equals(log));
  }

  /** Ends the pod's processes at once, without telling the API server. */
  void kill() {
    killed = true;
    thread.interrupt();
    init.forEach(ContainerProcess::kill);
    main.forEach(ContainerProcess::kill);
  }

  private void live() {
    try {
      while (pod.getMetadata().getDeletionTimestamp() == null) {
        step();
        report();
        wake.tryAcquire(LOOK_SECONDS, TimeUnit.SECONDS);
        wake.drainPermits();
      }
      end();
    } catch (InterruptedException e) {
      // The platform is stopping.
    } catch (RuntimeException e) {
      // The edge: one pod that cannot be handled must not take the node with it.
      if (!killed) {
        log.atError()
            .addKeyValue("pod", pod.getMetadata().getName())
            .setCause(e)
            .log("Pod given up");
      }
    } finally {
      node.gone(pod);
    }
  }

  private void step() {
    try {
      volumes.sync();
      mounted = true;
      problem = "";
    } catch (ConfigException | IOException | KubernetesClientException e) {
      problem = String.valueOf(e.getMessage());
      if (!mounted) {
        events.tell("Warning", "FailedMount", problem);
      }
    }
    if (!mounted) {
      return;
    }
    while (initStarted < init.size() && (initStarted == 0 || initDone(init.get(initStarted - 1)))) {
      init.get(initStarted++).start();
    }
    if (!mainStarted && init.stream().allMatch(PodProcess::initDone)) {
      mainStarted = true;
      main.forEach(ContainerProcess::start);
    }
  }

  private static boolean initDone(ContainerProcess container) {
    var view = container.view();
    return view.succeeded() || view.started();
  }

  private void report() {
    var status =
        PodStatuses.of(
            pod, place, mounted, views(init), views(main), conditions(), node.clock().instant());
    if (!mounted) {
      status
          .getContainerStatuses()
          .forEach(c -> c.getState().getWaiting().setMessage(problem.isEmpty() ? null : problem));
    }
    if (status.equals(reported)) {
      return;
    }
    try {
      node.patchStatus(pod, status);
      reported = status;
      conditions = status.getConditions();
    } catch (KubernetesClientException e) {
      if (!killed) {
        log.atWarn()
            .addKeyValue("pod", pod.getMetadata().getName())
            .setCause(e)
            .log("Pod status not reported, trying again");
      }
    }
  }

  /** Our own conditions as last reported, those of others as they are now. */
  private List<PodCondition> conditions() {
    var all = new LinkedHashMap<String, PodCondition>();
    if (pod.getStatus() != null) {
      pod.getStatus().getConditions().forEach(c -> all.put(c.getType(), c));
    }
    conditions.stream().filter(PodStatuses::own).forEach(c -> all.put(c.getType(), c));
    return List.copyOf(all.values());
  }

  private static List<ContainerView> views(List<ContainerProcess> containers) {
    return containers.stream().map(ContainerProcess::view).toList();
  }

  private void end() throws InterruptedException {
    var grace = grace();
    var stops = new ArrayList<Thread>();
    // Sidecars outlive the main containers.
    for (var group : List.of(main, init)) {
      for (var container : group) {
        stops.add(Thread.ofVirtual().start(() -> stopQuietly(container, grace)));
      }
      for (var stop : stops) {
        stop.join();
      }
    }
    while (!deleted()) {
      TimeUnit.SECONDS.sleep(LOOK_SECONDS);
    }
    try {
      AtomicFolder.delete(folder);
    } catch (IOException e) {
      log.atDebug().addKeyValue("folder", folder).setCause(e).log("Pod folder not removed");
    }
  }

  /** Without the last DELETE the pod, and with it its namespace, would never go away. */
  private boolean deleted() {
    try {
      report();
      node.delete(pod);
      return true;
    } catch (KubernetesClientException e) {
      if (!killed) {
        log.atWarn()
            .addKeyValue("pod", pod.getMetadata().getName())
            .setCause(e)
            .log("Pod not deleted, trying again");
      }
      return killed;
    }
  }

  private static void stopQuietly(ContainerProcess container, Duration grace) {
    try {
      container.stop(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Duration grace() {
    var meta = pod.getMetadata();
    var seconds =
        Objects.requireNonNullElse(
            meta.getDeletionGracePeriodSeconds(), pod.getSpec().getTerminationGracePeriodSeconds());
    return seconds == null ? DEFAULT_GRACE : Duration.ofSeconds(seconds);
  }

  @Override
  public ContainerPlan plan(Container container) throws ConfigException, IOException {
    return plans.plan(container);
  }

  @Override
  public ChildProcess start(Launch launch) throws IOException {
    return node.processes().start(launch);
  }

  @Override
  public String processName(Container container) {
    var meta = pod.getMetadata();
    return "pod/" + meta.getNamespace() + "/" + meta.getName() + "/" + container.getName();
  }

  @Override
  public Path log(Container container, int restarts) {
    return node.log(pod, container.getName(), restarts);
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public Clock clock() {
    return node.clock();
  }

  @Override
  public BackOff backOff() {
    return BackOff.DEFAULT;
  }

  @Override
  public void changed() {
    if (!killed) {
      wake.release();
    }
  }

  @Override
  public void event(String type, String reason, String message) {
    if (!killed) {
      events.tell(type, reason, message);
    }
  }
}
