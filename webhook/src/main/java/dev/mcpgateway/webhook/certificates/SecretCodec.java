package dev.mcpgateway.webhook.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Certificates as the data of a Secret; the usual keys hold what tooling expects there. */
final class SecretCodec {
  static final String LEAF = "tls.crt";
  static final String LEAF_KEY = "tls.key";
  static final String CA = "ca.crt";
  static final String CA_KEY = "ca.key";
  static final String NEXT_CA = "next-ca.crt";
  static final String NEXT_CA_KEY = "next-ca.key";
  static final String PREVIOUS_CA = "previous-ca.crt";

  private SecretCodec() {}

  /**
   * What the data holds, null when it is empty.
   *
   * @throws GeneralSecurityException when it holds something, but no usable certificates
   */
  static @Nullable Certificates read(Map<String, String> data) throws GeneralSecurityException {
    if (text(data, CA).isEmpty() && text(data, LEAF).isEmpty()) {
      return null;
    }
    return new Certificates(
        keyed(data, CA, CA_KEY),
        keyed(data, LEAF, LEAF_KEY),
        text(data, NEXT_CA).isEmpty() ? null : keyed(data, NEXT_CA, NEXT_CA_KEY),
        text(data, PREVIOUS_CA).isEmpty() ? null : Pem.certificate(text(data, PREVIOUS_CA)));
  }

  /** The whole data of the Secret. */
  static Map<String, String> write(Certificates certificates) {
    Map<String, String> data = new HashMap<>();
    put(data, CA, CA_KEY, certificates.ca());
    put(data, LEAF, LEAF_KEY, certificates.leaf());
    KeyedCertificate next = certificates.nextCa();
    if (next != null) {
      put(data, NEXT_CA, NEXT_CA_KEY, next);
    }
    X509Certificate previous = certificates.previousCa();
    if (previous != null) {
      data.put(PREVIOUS_CA, base64(Pem.write(previous)));
    }
    return data;
  }

  private static void put(
      Map<String, String> data, String name, String keyName, KeyedCertificate keyed) {
    data.put(name, base64(Pem.write(keyed.certificate())));
    data.put(keyName, base64(Pem.write(keyed.key())));
  }

  private static KeyedCertificate keyed(Map<String, String> data, String name, String keyName)
      throws GeneralSecurityException {
    X509Certificate certificate = Pem.certificate(text(data, name));
    PrivateKey key = Pem.key(text(data, keyName));
    if (!KeyPairs.match(new KeyPair(certificate.getPublicKey(), key))) {
      throw new GeneralSecurityException(keyName + " does not belong to " + name);
    }
    return new KeyedCertificate(certificate, key);
  }

  private static String text(Map<String, String> data, String name)
      throws GeneralSecurityException {
    String value = data.get(name);
    if (value == null) {
      return "";
    }
    try {
      return new String(Base64.getDecoder().decode(value), US_ASCII).strip();
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(name + " is no Base64", e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }
}
