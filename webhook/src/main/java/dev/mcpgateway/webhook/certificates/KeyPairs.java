package dev.mcpgateway.webhook.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/** Whether two halves belong together. */
final class KeyPairs {
  private KeyPairs() {}

  /**
   * Signs with one half and verifies with the other.
   *
   * @throws GeneralSecurityException when they are of different kinds, or of one this JVM lacks
   */
  static boolean match(KeyPair keys) throws GeneralSecurityException {
    String algorithm =
        switch (keys.getPrivate().getAlgorithm()) {
          case "EC", "ECDSA" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> keys.getPrivate().getAlgorithm();
        };
    byte[] probe = {1};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(keys.getPrivate());
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(keys.getPublic());
    signature.update(probe);
    return signature.verify(signed);
  }
}
