package dev.mcpgateway.broker.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.util.List;

/** The keys of one purpose, ready for HS256: one signs, each of them may have signed. */
record MacKeys(MACSigner signer, List<MACVerifier> verifiers) {

  /**
   * @param keys the one that signs first
   * @throws InvalidKeysException when one is too short
   */
  static MacKeys of(List<byte[]> keys) {
    try {
      MACSigner signer = new MACSigner(keys.getFirst());
      MACVerifier[] verifiers = new MACVerifier[keys.size()];
      for (int i = 0; i < verifiers.length; i++) {
        verifiers[i] = new MACVerifier(keys.get(i));
      }
      return new MacKeys(signer, List.of(verifiers));
    } catch (JOSEException e) {
      throw new InvalidKeysException("a key is too short for HS256");
    }
  }

  boolean verify(SignedJWT token) throws JOSEException {
    for (MACVerifier verifier : verifiers) {
      if (token.verify(verifier)) {
        return true;
      }
    }
    return false;
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "MacKeys[%d]".formatted(verifiers.size());
  }
}
