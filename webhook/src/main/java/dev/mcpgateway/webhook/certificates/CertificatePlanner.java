package dev.mcpgateway.webhook.certificates;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
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
  private final CertificateIssuer issuer = new CertificateIssuer();

  CertificatePlanner(CertificatePolicy policy) {
    this.policy = policy;
  }

  /**
   * The certificates to use from now on; the same instance when nothing has to change. What a clock
   * that is ahead has issued is as bad as what has expired: the API server refuses both.
   *
   * @param present what the Secret holds, null when it holds nothing usable
   * @param announced since when the API server has been told of every authority in {@code present},
   *     null when it has not
   */
  Certificates next(@Nullable Certificates present, @Nullable Instant announced, Instant now) {
    if (present == null) {
      return fresh(null, now);
    }
    if (!present.ca().validAt(now)) {
      // Other replicas may present its leaf for one more round.
      return fresh(present.ca().certificate(), now);
    }
    if (now.isBefore(present.leaf().notBefore())) {
      return withNewLeaf(present, now);
    }
    KeyedCertificate next = present.nextCa();
    if (next != null) {
      if (!next.validAt(now)) {
        return new Certificates(present.ca(), present.leaf(), null, present.previousCa());
      }
      boolean overlapped = announced != null && !now.isBefore(announced.plus(policy.overlap()));
      return overlapped
          ? new Certificates(next, leaf(next, now), null, present.ca().certificate())
          : withGoodLeaf(present, now);
    }
    if (present.previousCa() != null
        && !now.isBefore(present.leaf().issued().plus(policy.overlap()))) {
      return new Certificates(present.ca(), present.leaf(), null, null);
    }
    if (!now.isBefore(present.ca().renewAt())) {
      return new Certificates(
          present.ca(),
          present.leaf(),
          issuer.authority(now, policy.caLifetime()),
          present.previousCa());
    }
    return withGoodLeaf(present, now);
  }

  private Certificates fresh(@Nullable X509Certificate previous, Instant now) {
    KeyedCertificate ca = issuer.authority(now, policy.caLifetime());
    return new Certificates(ca, leaf(ca, now), null, previous);
  }

  private Certificates withGoodLeaf(Certificates present, Instant now) {
    KeyedCertificate leaf = present.leaf();
    boolean good =
        now.isBefore(leaf.renewAt())
            && signedBy(leaf, present.ca())
            && names(leaf).containsAll(policy.names());
    return good ? present : withNewLeaf(present, now);
  }

  private Certificates withNewLeaf(Certificates present, Instant now) {
    return new Certificates(
        present.ca(), leaf(present.ca(), now), present.nextCa(), present.previousCa());
  }

  private KeyedCertificate leaf(KeyedCertificate ca, Instant now) {
    return issuer.leaf(ca, policy.names(), now, policy.leafLifetime());
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
