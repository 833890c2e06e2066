package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes core/v1 Events, those about an object in the order in which they are told. They are told
 * for people: nobody waits for them, and one that cannot be written after a few attempts is logged
 * and forgotten.
 */
public final class EventWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventWriter.class);
  private static final String COMPONENT = "mcp-controller";
  private static final int MAX_MESSAGE = 1024;
  private static final int MAX_NAME = 253;
  private static final int SUFFIX = 16;
  private static final Duration BACKOFF_BASE = Duration.ofMillis(200);

  private final EventLoop loop;
  private final Clock clock;
  private final EventBudget budget;
  private final RandomGenerator random;

  /**
   * @param busy what the API server has answered {@code client}
   */
  public EventWriter(
      KubernetesClient client,
      Fence fence,
      RetryAfter busy,
      Clock clock,
      Ticker ticker,
      RandomGenerator random) {
    this.loop =
        new EventLoop(
            client,
            fence,
            busy,
            new Backoff(BACKOFF_BASE, EventLoop.LONGEST, random),
            Thread::sleep);
    this.clock = clock;
    this.budget = new EventBudget(ticker);
    this.random = random;
  }

  /** Begins to send what has been told. */
  public void start() {
    loop.start();
  }

  /** Whether the thread that sends still does. */
  public boolean alive() {
    return loop.alive();
  }

  /** What has been told and not been sent has a moment more; to be closed after whoever tells. */
  @Override
  public void close() {
    loop.close();
  }

  /**
   * Tells something about an object, in the object's namespace, unless there has been too much to
   * tell about it: then the next Event says how many were left out. Returns before it is written.
   */
  public void write(HasMetadata about, Announcement announcement) {
    OptionalInt leftOut = budget.take(about.getMetadata().getUid());
    if (leftOut.isPresent()) {
      loop.add(event(about, announcement, leftOut.getAsInt()));
    } else {
      log.atDebug()
          .addKeyValue("object", about.getMetadata().getName())
          .addKeyValue("namespace", about.getMetadata().getNamespace())
          .addKeyValue("reason", announcement.reason())
          .log("Event left out");
    }
  }

  /**
   * A name nobody else gives. Not left to the API server: what is sent twice because the first
   * answer did not arrive shall be one Event.
   */
  private String name(String object) {
    String start = object + ".";
    return start.substring(0, Math.min(start.length(), MAX_NAME - SUFFIX))
        + HexFormat.of().toHexDigits(random.nextLong());
  }

  private Event event(HasMetadata about, Announcement announcement, int leftOut) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String more = leftOut == 0 ? "" : " (%d Events before this one left out.)".formatted(leftOut);
    String message = announcement.message();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(about.getMetadata().getNamespace())
        .withName(name(about.getMetadata().getName()))
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
