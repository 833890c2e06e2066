package dev.mcpgateway.broker.api.push;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A broker's answer.
 *
 * @param error why a document was refused, for people, without credentials; cut to 2,000 characters
 * @param report how the broker is after the request
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PushReply(Outcome outcome, @Nullable String error, BrokerReport report) {

  /** What became of the document. */
  public enum Outcome {
    /** It is in force now. */
    APPLIED,
    /** It was in force already, or there was none in the request. */
    CURRENT,
    /** One with a larger version, or another one with the same, is in force and stays. */
    OLDER,
    /** It is no usable configuration; the last good one stays. */
    REFUSED
  }

  public PushReply {
    Objects.requireNonNull(outcome);
    error = Words.cutOptional(error);
    Objects.requireNonNull(report);
  }
}
