package dev.mcpgateway.webhook.certificates;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Since when this replica has seen the API server told of the same authorities, without a break.
 * Nothing of it is stored: a replica that has just started counts from then on, which only makes a
 * rotation later, and no clock depends on another one.
 */
final class Announcement {
  private String bundle = "";
  private @Nullable Instant since;

  /**
   * What was seen in one round.
   *
   * @param wanted the authorities as PEM
   * @param carried whether every webhook entry carries exactly those
   * @return since when, null when it is not so now
   */
  @Nullable Instant seen(String wanted, boolean carried, Instant now) {
    if (!carried) {
      since = null;
    } else if (since == null || !wanted.equals(bundle) || now.isBefore(since)) {
      since = now;
    }
    bundle = wanted;
    return since;
  }
}
