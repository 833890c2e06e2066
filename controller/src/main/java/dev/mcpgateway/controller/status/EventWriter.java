package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.writes.Refusals;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes core/v1 Events. They are told for people: one that cannot be written is logged and
 * forgotten.
 */
public final class EventWriter {
  private static final Logger log = LoggerFactory.getLogger(EventWriter.class);
  private static final String COMPONENT = "mcp-controller";
  private static final int MAX_MESSAGE = 1024;

  private final KubernetesClient client;
  private final Fence fence;
  private final Clock clock;
  private final EventBudget budget;

  public EventWriter(KubernetesClient client, Fence fence, Clock clock, Ticker ticker) {
    this.client = client;
    this.fence = fence;
    this.clock = clock;
    this.budget = new EventBudget(ticker);
  }

  /**
   * Tells something about an object, in the object's namespace, unless there has been too much to
   * tell about it: then the next Event says how many were left out.
   */
  public void write(HasMetadata about, Announcement announcement) {
    OptionalInt leftOut = budget.take(about.getMetadata().getUid());
    if (leftOut.isEmpty()) {
      log.atDebug()
          .addKeyValue("object", about.getMetadata().getName())
          .addKeyValue("namespace", about.getMetadata().getNamespace())
          .addKeyValue("reason", announcement.reason())
          .log("Event left out");
      return;
    }
    try {
      fence.check();
      client.resource(event(about, announcement, leftOut.getAsInt())).create();
    } catch (KubernetesClientException e) {
      // A namespace that terminates refuses Events; that is no failure of ours.
      log.atLevel(Refusals.namespaceTerminating(e) ? Level.INFO : Level.WARN)
          .addKeyValue("object", about.getMetadata().getName())
          .addKeyValue("namespace", about.getMetadata().getNamespace())
          .addKeyValue("reason", announcement.reason())
          .addKeyValue("code", e.getCode())
          .addKeyValue("error", String.valueOf(e.getMessage()))
          .log("Event not written");
    }
  }

  private Event event(HasMetadata about, Announcement announcement, int leftOut) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String more = leftOut == 0 ? "" : " (%d Events before this one left out.)".formatted(leftOut);
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
        .withMessage(
            message.substring(0, Math.min(message.length(), MAX_MESSAGE - more.length())) + more)
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
