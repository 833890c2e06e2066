package dev.mcpgateway.local.node;

import dev.mcpgateway.local.network.AddressMap;
import dev.mcpgateway.local.process.ProcessTable;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only node: registers itself, takes every pod that has no node yet (it is the scheduler, too),
 * and runs it.
 */
public final class Node implements AutoCloseable {
  static final String NAME = "local";
  static final Quantity MEMORY = new Quantity("16Gi");
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final int KUBELET_PORT = 10250;

  private final KubernetesClient client;
  private final AddressMap addresses;
  private final NodeParts parts;
  private final CachedObjects objects;
  private final SharedIndexInformer<Pod> informer;
  private final Map<String, PodProcess> pods = new ConcurrentHashMap<>();
  private final AtomicInteger nextAddress = new AtomicInteger();
  private volatile boolean closed;

  public Node(NodeSettings settings, KubernetesClient client, ProcessTable processes, Clock clock) {
    this.client = client;
    this.addresses = settings.addresses();
    register(clock);
    this.objects = new CachedObjects(client, clock, this::look);
    this.parts =
        new NodeParts(
            settings,
            client,
            processes,
            objects,
            pod -> pods.remove(pod.getMetadata().getUid()),
            clock);
    this.informer = client.pods().inAnyNamespace().inform(new Pods());
  }

  /** The log of a container's current run, or of the one before. */
  Optional<Path> log(String namespace, String pod, String container, boolean previous) {
    var object = informer.getStore().getByKey(namespace + "/" + pod);
    if (object == null) {
      return Optional.empty();
    }
    try (var all = Files.list(parts.log(object, container, 0).getParent())) {
      return all.sorted(Comparator.comparingInt(Node::runOf).reversed())
          .skip(previous ? 1 : 0)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether a container still runs and writes to this log. */
  boolean writing(String namespace, String pod, String container, Path log) {
    var object = informer.getStore().getByKey(namespace + "/" + pod);
    var process = object == null ? null : pods.get(object.getMetadata().getUid());
    return process != null && process.writing(container, log);
  }

  private static int runOf(Path log) {
    return Integer.parseInt(log.getFileName().toString().replace(".log", ""));
  }

  private void register(Clock clock) {
    var now = PodStatuses.time(clock.instant());
    var capacity =
        Map.of(
            "cpu", new Quantity(Integer.toString(Runtime.getRuntime().availableProcessors())),
            "memory", MEMORY,
            "pods", new Quantity("110"));
    client
        .nodes()
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(NAME)
                .addToLabels("kubernetes.io/hostname", NAME)
                .addToLabels("kubernetes.io/os", "linux")
                .addToLabels("kubernetes.io/arch", System.getProperty("os.arch"))
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(addresses.podRange())
                .endSpec()
                .build())
        .create();
    var status =
        new NodeBuilder()
            .withNewStatus()
            .withCapacity(capacity)
            .withAllocatable(capacity)
            .withConditions(
                new NodeConditionBuilder()
                    .withType("Ready")
                    .withStatus("True")
                    .withReason("LocalNodeReady")
                    .withMessage("pods are processes of this machine")
                    .withLastHeartbeatTime(now)
                    .withLastTransitionTime(now)
                    .build())
            .addNewAddress(addresses.node(), "InternalIP")
            .withNewDaemonEndpoints()
            .withNewKubeletEndpoint(KUBELET_PORT)
            .endDaemonEndpoints()
            .withNewNodeInfo()
            .withKubeletVersion(
                "v" + client.getKubernetesVersion().getGitVersion().replaceFirst("^v", ""))
            .withContainerRuntimeVersion("process://1")
            .withOperatingSystem("linux")
            .withOsImage(System.getProperty("os.name"))
            .withKernelVersion(System.getProperty("os.version"))
            .withArchitecture(System.getProperty("os.arch"))
            .withBootID("")
            .withMachineID("")
            .withSystemUUID("")
            .withKubeProxyVersion("")
            .endNodeInfo()
            .endStatus()
            .build()
            .getStatus();
    var node = client.nodes().withName(NAME);
    node.subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            io.fabric8.kubernetes.client.utils.Serialization.asJson(Map.of("status", status)));
    node.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"taints\":null}}");
  }

  private void look(String namespace) {
    pods.values().forEach(p -> p.lookIfIn(namespace));
  }

  private void on(Pod pod) {
    if (closed) {
      return;
    }
    var node = pod.getSpec().getNodeName();
    if (node == null || node.isEmpty()) {
      if (pod.getMetadata().getDeletionTimestamp() == null
          && pod.getSpec().getSchedulingGates().isEmpty()) {
        Thread.ofVirtual().name("bind").start(() -> bind(pod));
      }
    } else if (node.equals(NAME)) {
      run(pod);
    }
  }

  private void run(Pod pod) {
    var known = pods.get(pod.getMetadata().getUid());
    if (known != null) {
      known.update(pod);
      return;
    }
    var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    boolean over = "Succeeded".equals(phase) || "Failed".equals(phase);
    if (over && pod.getMetadata().getDeletionTimestamp() == null) {
      return;
    }
    var process = new PodProcess(pod, addresses.pod(nextAddress.getAndIncrement()), parts);
    pods.put(pod.getMetadata().getUid(), process);
    process.start();
  }

  private void bind(Pod pod) {
    var meta = pod.getMetadata();
    try {
      client
          .bindings()
          .inNamespace(meta.getNamespace())
          .resource(
              new BindingBuilder()
                  .withNewMetadata()
                  .withName(meta.getName())
                  .withNamespace(meta.getNamespace())
                  .withUid(meta.getUid())
                  .endMetadata()
                  .withNewTarget()
                  .withApiVersion("v1")
                  .withKind("Node")
                  .withName(NAME)
                  .endTarget()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      log.atDebug().addKeyValue("pod", meta.getName()).setCause(e).log("Pod not bound");
    }
  }

  /** Ends all pods' processes at once; the API server is not told. */
  @Override
  public void close() {
    closed = true;
    informer.close();
    objects.close();
    pods.values().forEach(PodProcess::kill);
  }

  private final class Pods implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      on(pod);
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
      on(after);
    }

    /** A pod deleted by force: nobody waits for it any more, but its processes are still there. */
    @Override
    public void onDelete(Pod pod, boolean unknown) {
      var process = pods.remove(pod.getMetadata().getUid());
      if (process != null) {
        process.kill();
      }
    }
  }
}
