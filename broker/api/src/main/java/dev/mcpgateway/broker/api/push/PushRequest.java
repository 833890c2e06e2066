package dev.mcpgateway.broker.api.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the controller wants of one broker: that it applies a configuration, or only its report.
 *
 * @param version of the document; without meaning when there is none
 * @param document the text of {@code config.yaml}; absent when only the report is wanted
 * @param seenRevision revision of the last report, empty for none: without a document, the answer
 *     is held until the report has another one
 * @param waitMillis longest time to hold the answer, at most {@link #MAX_WAIT}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PushRequest(
    long version, @Nullable String document, String seenRevision, long waitMillis) {
  /** Longest time an answer is held. */
  public static final Duration MAX_WAIT = Duration.ofSeconds(30);

  public PushRequest {
    Objects.requireNonNull(seenRevision);
    if (waitMillis < 0 || waitMillis > MAX_WAIT.toMillis()) {
      throw new IllegalArgumentException("waitMillis is out of range");
    }
  }

  /** Asks to apply a document. */
  public static PushRequest apply(long version, byte[] document) {
    return new PushRequest(version, new String(document, UTF_8), "", 0);
  }

  /** Asks for the report as soon as it is another one than {@code seenRevision}. */
  public static PushRequest report(String seenRevision, Duration wait) {
    return new PushRequest(0, null, seenRevision, wait.toMillis());
  }

  /** Without the document, which holds credentials. */
  @Override
  public String toString() {
    return "PushRequest[version=%d, document=%s, seenRevision=%s, waitMillis=%d]"
        .formatted(version, document == null ? "none" : "present", seenRevision, waitMillis);
  }
}
