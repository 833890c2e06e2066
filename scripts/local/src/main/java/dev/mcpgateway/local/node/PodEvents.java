package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one pod, for {@code kubectl describe}; the same sentence is told once. They are
 * hints, so nothing waits for them.
 */
final class PodEvents {
  private static final Logger log = LoggerFactory.getLogger(PodEvents.class);

  private final KubernetesClient client;
  private final Pod pod;
  private final Clock clock;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  PodEvents(KubernetesClient client, Pod pod, Clock clock) {
    this.client = client;
    this.pod = pod;
    this.clock = clock;
  }

  void tell(String type, String reason, String message) {
    if (!reason.equals("Started") && !told.add(reason + message)) {
      return;
    }
    Thread.ofVirtual().name("event").start(() -> send(type, reason, message));
  }

  private void send(String type, String reason, String message) {
    var meta = pod.getMetadata();
    var time = PodStatuses.time(clock.instant());
    try {
      client
          .v1()
          .events()
          .inNamespace(meta.getNamespace())
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(meta.getName() + ".")
                  .withNamespace(meta.getNamespace())
                  .endMetadata()
                  .withNewInvolvedObject()
                  .withApiVersion("v1")
                  .withKind("Pod")
                  .withNamespace(meta.getNamespace())
                  .withName(meta.getName())
                  .withUid(meta.getUid())
                  .endInvolvedObject()
                  .withType(type)
                  .withReason(reason)
                  .withMessage(message)
                  .withFirstTimestamp(time)
                  .withLastTimestamp(time)
                  .withCount(1)
                  .withNewSource()
                  .withComponent("kubelet")
                  .withHost(Node.NAME)
                  .endSource()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      // A namespace that is going away takes no events.
      log.atDebug().addKeyValue("pod", meta.getName()).setCause(e).log("Event not recorded");
    }
  }
}
