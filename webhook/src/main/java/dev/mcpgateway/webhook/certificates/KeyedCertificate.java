package dev.mcpgateway.webhook.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** A certificate and its key; the key never appears in text. */
record KeyedCertificate(X509Certificate certificate, PrivateKey key) {
  Instant notBefore() {
    return certificate.getNotBefore().toInstant();
  }

  Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }

  /** Whether its life has begun and not ended. */
  boolean validAt(Instant now) {
    return !now.isBefore(notBefore()) && now.isBefore(notAfter());
  }

  /** The moment two thirds of its life are over. */
  Instant renewAt() {
    Duration life = Duration.between(issued(), notAfter());
    return issued().plus(life.multipliedBy(2).dividedBy(3));
  }

  /** When it was issued; certificates start one hour in the past. */
  Instant issued() {
    return notBefore().plus(CertificateIssuer.BACKDATED);
  }

  @Override
  public String toString() {
    return "KeyedCertificate[subject=%s, notAfter=%s]"
        .formatted(certificate.getSubjectX500Principal(), notAfter());
  }
}
