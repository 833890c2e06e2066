package dev.mcpgateway.webhook.certificates;

import java.time.Duration;
import java.util.List;

/**
 * What the certificates should be.
 *
 * @param names DNS names of the leaf, the API server's first
 * @param caLifetime of an authority, which is replaced after two thirds of it
 * @param leafLifetime of what the listener presents, replaced after two thirds of it
 * @param overlap how long old and new authority are both trusted before the leaf changes and after
 *     it
 */
public record CertificatePolicy(
    List<String> names, Duration caLifetime, Duration leafLifetime, Duration overlap) {
  public CertificatePolicy {
    names = List.copyOf(names);
  }

  /** Names under which a Service of Kubernetes is reached; the API server uses the third. */
  public static List<String> serviceNames(String service, String namespace) {
    return List.of(
        service,
        service + "." + namespace,
        service + "." + namespace + ".svc",
        service + "." + namespace + ".svc.cluster.local");
  }
}
