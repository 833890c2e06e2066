package dev.mcpgateway.broker.api.push;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals requests and replies: AES-256-GCM with one key per direction, derived from the push key
 * with HKDF-SHA256 (RFC 5869). Thread-safe; its text shows no key.
 *
 * <pre>1 byte version | 16 bytes exchange | 12 bytes nonce | ciphertext and tag</pre>
 *
 * Version and exchange are authenticated, not secret. The exchange is new with every request and
 * its reply repeats it: an old reply opens with no other. A request that comes twice is refused
 * while it is remembered, and harmless afterwards, because only a larger version is applied.
 */
public final class Sealer {
  /** Shortest push key, in bytes. */
  public static final int MIN_KEY_BYTES = 32;

  /** What sealing adds, in bytes. */
  public static final int OVERHEAD = 1 + 16 + 12 + 16;

  private static final byte VERSION = 1;
  private static final int HEAD = 1 + 16;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKey request;
  private final SecretKey reply;

  /**
   * @throws IllegalArgumentException when the push key is shorter than {@link #MIN_KEY_BYTES}
   */
  public Sealer(byte[] pushKey) {
    if (pushKey.length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a push key needs at least %d bytes".formatted(MIN_KEY_BYTES));
    }
    request = derive(pushKey, "mcp-gateway push request v1");
    reply = derive(pushKey, "mcp-gateway push reply v1");
  }

  /** Seals a request under a new exchange, for instance {@link UUID#randomUUID()}. */
  public byte[] sealRequest(UUID exchange, byte[] plain) {
    return seal(request, exchange, plain);
  }

  /** The request, or null when it was not sealed with this key or was changed since. */
  public byte @Nullable [] openRequest(byte[] sealed) {
    return open(request, sealed);
  }

  /** Seals the reply to the request of {@code exchange}. */
  public byte[] sealReply(UUID exchange, byte[] plain) {
    return seal(reply, exchange, plain);
  }

  /** The reply to the request of {@code exchange}; null when it is none, or not of this key. */
  public byte @Nullable [] openReply(UUID exchange, byte[] sealed) {
    return sealed.length >= OVERHEAD && exchange.equals(exchange(sealed))
        ? open(reply, sealed)
        : null;
  }

  /**
   * The exchange a sealed message claims; true only if the message can be opened.
   *
   * @throws IllegalArgumentException when it is too short to be one
   */
  public static UUID exchange(byte[] sealed) {
    if (sealed.length < OVERHEAD) {
      throw new IllegalArgumentException("too short to be sealed");
    }
    ByteBuffer head = ByteBuffer.wrap(sealed).position(1);
    return new UUID(head.getLong(), head.getLong());
  }

  private static byte[] seal(SecretKey key, UUID exchange, byte[] plain) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    ByteBuffer sealed =
        ByteBuffer.allocate(OVERHEAD + plain.length)
            .put(VERSION)
            .putLong(exchange.getMostSignificantBits())
            .putLong(exchange.getLeastSignificantBits())
            .put(nonce);
    try {
      cipher(Cipher.ENCRYPT_MODE, key, sealed.array()).doFinal(ByteBuffer.wrap(plain), sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not fail to seal", e);
    }
    return sealed.array();
  }

  private static byte @Nullable [] open(SecretKey key, byte[] sealed) {
    if (sealed.length < OVERHEAD || sealed[0] != VERSION) {
      return null;
    }
    int start = HEAD + NONCE;
    try {
      return cipher(Cipher.DECRYPT_MODE, key, sealed).doFinal(sealed, start, sealed.length - start);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  /** Ready for what follows the nonce; the head is authenticated. */
  private static Cipher cipher(int mode, SecretKey key, byte[] sealed)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, sealed, HEAD, NONCE));
    cipher.updateAAD(sealed, 0, HEAD);
    return cipher;
  }

  private static SecretKey derive(byte[] pushKey, String purpose) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES",
              HKDFParameterSpec.ofExtract()
                  .addIKM(pushKey)
                  .thenExpand(purpose.getBytes(US_ASCII), 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java 25 has HKDF-SHA256", e);
    }
  }

  @Override
  public String toString() {
    return "Sealer[2 keys]";
  }
}
