package dev.mcpgateway.webhook.certificates;

import dev.mcpgateway.webhook.server.TlsListener;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/** Certificates for tests of other packages. */
public final class IssuedCertificates {
  private IssuedCertificates() {}

  /**
   * Certificates of an authority of their own.
   *
   * @param trusted what a client must trust
   */
  public record Issued(TlsListener.Identity identity, List<X509Certificate> trusted) {
    /** As in a webhook configuration. */
    public String caBundle() {
      return trusted.stream().map(Pem::write).collect(Collectors.joining());
    }
  }

  /** The first certificates of a policy, issued now. */
  static Certificates issue(CertificatePolicy policy) {
    return new CertificatePlanner(policy).next(null, null, InstantSource.system().instant());
  }

  /** What a listener presents, issued now for these names. */
  public static Issued issue(String... names) {
    var policy =
        new CertificatePolicy(
            List.of(names), Duration.ofDays(2), Duration.ofDays(1), Duration.ofHours(1));
    Certificates issued = issue(policy);
    return new Issued(
        new TlsListener.Identity(List.of(issued.leaf().certificate()), issued.leaf().key()),
        issued.trusted());
  }
}
