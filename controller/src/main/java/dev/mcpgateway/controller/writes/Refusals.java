package dev.mcpgateway.controller.writes;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the API server means when it does not do what it is asked to. */
public final class Refusals {
  private static final int HTTP_TOO_MANY_REQUESTS = 429;

  private Refusals() {}

  /** Whether a write was refused because its namespace is being deleted. */
  public static boolean namespaceTerminating(KubernetesClientException e) {
    return e.getCode() == HTTP_FORBIDDEN
        && e.getStatus() != null
        && e.getStatus().getDetails() != null
        && e.getStatus().getDetails().getCauses() != null
        && e.getStatus().getDetails().getCauses().stream()
            .anyMatch(c -> "NamespaceTerminating".equals(c.getReason()));
  }

  /**
   * Whether the same may be accepted a moment later: the API server is too busy or in trouble, or
   * nobody has answered.
   */
  public static boolean passing(KubernetesClientException e) {
    return e.getCode() == HTTP_TOO_MANY_REQUESTS || e.getCode() >= 500 || e.getCode() <= 0;
  }

  /** The API server's reason and the fields it names; its message would quote values. */
  public static String reason(KubernetesClientException e) {
    if (e.getStatus() == null) {
      return "HTTP " + e.getCode();
    }
    var details = e.getStatus().getDetails();
    String fields =
        details == null || details.getCauses() == null
            ? ""
            : details.getCauses().stream()
                .map(c -> " " + c.getField())
                .distinct()
                .reduce("", String::concat);
    return e.getStatus().getReason() + fields;
  }
}
