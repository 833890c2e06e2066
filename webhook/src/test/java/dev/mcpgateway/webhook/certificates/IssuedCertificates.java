package dev.mcpgateway.webhook.certificates;

import dev.mcpgateway.webhook.server.TlsListener;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Certificates for tests of other packages. */
public final class IssuedCertificates {
  private IssuedCertificates() {}

  /** What a listener presents, issued now for these names. */
  public static TlsListener.Identity identity(String... names) {
    var policy =
        new CertificatePolicy(
            List.of(names), Duration.ofDays(2), Duration.ofDays(1), Duration.ofHours(1));
    Certificates issued = new CertificatePlanner(policy, Clock.systemUTC()).next(null, false);
    return new TlsListener.Identity(
        List.of(issued.leaf().certificate()), issued.leaf().key(), issued.trusted());
  }
}
