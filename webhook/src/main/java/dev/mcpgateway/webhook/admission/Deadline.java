package dev.mcpgateway.webhook.admission;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When the API server stops waiting for an answer. */
record Deadline(long nanoTime) {
  /** The API server's own default for {@code timeoutSeconds}. */
  private static final Duration DEFAULT = Duration.ofSeconds(10);

  /** The longest {@code timeoutSeconds} the API server accepts. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,6})(ms|s|m)");

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /**
   * From the {@code timeout} query parameter the API server sends, such as {@code 10s}, less a
   * tenth for the way back.
   */
  static Deadline ofQuery(@Nullable String timeout) {
    Duration whole = parse(timeout);
    return in(whole.minus(whole.dividedBy(10)));
  }

  /** Time left, never negative. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  private static Duration parse(@Nullable String timeout) {
    Matcher matcher = TIMEOUT.matcher(timeout == null ? "" : timeout);
    if (!matcher.matches()) {
      return DEFAULT;
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration asked =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          default -> Duration.ofMinutes(amount);
        };
    return asked.isZero() ? DEFAULT : asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }
}
