package dev.mcpgateway.webhook.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the certificates should be next. One step at a time: a new authority is announced
 * first, signs only when every webhook entry has carried it for the overlap, and the old one is
 * dropped only after another overlap; never both at once.
 */
final class CertificatePlanner {
  /** Subject alternative name of a host (RFC 5280, section 4.2.1.6). */
  private static final int DNS_NAME = 2;

  private final CertificatePolicy policy;
  private final CertificateIssuer issuer;
  private final Clock clock;

  CertificatePlanner(CertificatePolicy policy, Clock clock) {
    this.policy = policy;
    this.issuer = new CertificateIssuer(clock);
    this.clock = clock;
  }

  /**
   * The certificates to use from now on; the same instance when nothing has to change.
   *
   * @param present what the Secret holds, null when it holds nothing usable
   * @param announced whether the API server has been told of every authority in {@code present}
   */
  Certificates next(@Nullable Certificates present, boolean announced) {
    Instant now = clock.instant();
    if (present == null || !present.ca().notAfter().isAfter(now)) {
      KeyedCertificate ca = issuer.authority(policy.caLifetime());
      return new Certificates(ca, leaf(ca), null, null);
    }
    KeyedCertificate next = present.nextCa();
    if (next != null) {
      boolean overlapped = announced && !now.isBefore(next.issued().plus(policy.overlap()));
      return overlapped
          ? new Certificates(next, leaf(next), null, present.ca().certificate())
          : withLeaf(present, now);
    }
    if (present.previousCa() != null
        && !now.isBefore(present.leaf().issued().plus(policy.overlap()))) {
      return new Certificates(present.ca(), present.leaf(), null, null);
    }
    if (!now.isBefore(present.ca().renewAt())) {
      return new Certificates(
          present.ca(),
          present.leaf(),
          issuer.authority(policy.caLifetime()),
          present.previousCa());
    }
    return withLeaf(present, now);
  }

  private Certificates withLeaf(Certificates present, Instant now) {
    KeyedCertificate leaf = present.leaf();
    boolean good =
        now.isBefore(leaf.renewAt())
            && signedBy(leaf, present.ca())
            && names(leaf).containsAll(policy.names());
    return good
        ? present
        : new Certificates(
            present.ca(), leaf(present.ca()), present.nextCa(), present.previousCa());
  }

  private KeyedCertificate leaf(KeyedCertificate ca) {
    return issuer.leaf(ca, policy.names(), policy.leafLifetime());
  }

  private static boolean signedBy(KeyedCertificate leaf, KeyedCertificate ca) {
    try {
      leaf.certificate().verify(ca.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Set<String> names(KeyedCertificate leaf) {
    Set<String> names = new HashSet<>();
    try {
      Collection<List<?>> alternatives = leaf.certificate().getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.stream()
            .filter(n -> Objects.equals(n.getFirst(), DNS_NAME))
            .forEach(n -> names.add(String.valueOf(n.get(1))));
      }
    } catch (CertificateParsingException e) {
      // Unreadable names are no names: the leaf is replaced.
      return Set.of();
    }
    return names;
  }
}
