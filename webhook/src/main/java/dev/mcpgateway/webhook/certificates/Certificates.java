package dev.mcpgateway.webhook.certificates;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the replicas agree on through the Secret.
 *
 * @param ca signs the leaf
 * @param leaf what the listener presents
 * @param nextCa already announced, not signing yet; null outside a rotation
 * @param previousCa still trusted while replicas may present its leaf; null outside a rotation
 */
record Certificates(
    KeyedCertificate ca,
    KeyedCertificate leaf,
    @Nullable KeyedCertificate nextCa,
    @Nullable X509Certificate previousCa) {

  /** The authorities the API server must trust. */
  List<X509Certificate> trusted() {
    List<X509Certificate> trusted = new ArrayList<>();
    trusted.add(ca.certificate());
    if (nextCa != null) {
      trusted.add(nextCa.certificate());
    }
    if (previousCa != null) {
      trusted.add(previousCa);
    }
    return List.copyOf(trusted);
  }

  /** {@link #trusted} as PEM, the content of {@code caBundle}. */
  String caBundle() {
    StringBuilder bundle = new StringBuilder();
    trusted().forEach(c -> bundle.append(Pem.write(c)));
    return bundle.toString();
  }
}
