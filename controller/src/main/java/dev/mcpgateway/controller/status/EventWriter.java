package dev.mcpgateway.controller.status;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes core/v1 Events. They are told for people: one that cannot be written is logged and
 * forgotten.
 */
public final class EventWriter {
  private static final Logger log = LoggerFactory.getLogger(EventWriter.class);
  private static final String COMPONENT = "mcp-controller";
  private static final int MAX_MESSAGE = 1024;

  private final KubernetesClient client;
  private final Clock clock;

  public EventWriter(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Tells something about an object, in the object's namespace. */
  public void write(HasMetadata about, Announcement announcement) {
    try {
      client.resource(event(about, announcement)).create();
    } catch (KubernetesClientException e) {
      // A namespace that terminates refuses Events; that is no failure of ours.
      log.atInfo()
          .addKeyValue("object", about.getMetadata().getName())
          .addKeyValue("namespace", about.getMetadata().getNamespace())
          .addKeyValue("reason", announcement.reason())
          .addKeyValue("code", e.getCode())
          .log("Event not written");
    }
  }

  private Event event(HasMetadata about, Announcement announcement) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String message = announcement.message();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(about.getMetadata().getNamespace())
        // The API server cuts the prefix where the name would get too long.
        .withGenerateName(about.getMetadata().getName() + ".")
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withNamespace(about.getMetadata().getNamespace())
        .withName(about.getMetadata().getName())
        .withUid(about.getMetadata().getUid())
        .endInvolvedObject()
        .withType(announcement.warning() ? "Warning" : "Normal")
        .withReason(announcement.reason())
        .withMessage(message.substring(0, Math.min(message.length(), MAX_MESSAGE)))
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .withReportingComponent(COMPONENT)
        .build();
  }
}
