package dev.mcpgateway.broker.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;

/**
 * The keys of this gateway instance, from the mounted Secret {@code mcp-gateway-keys}. Each is its
 * own file and its own purpose, so that none can be used for another.
 */
public final class KeyRing {
  /** Shortest key in bytes: HS256 needs as many as its hash has (RFC 7518 §3.2). */
  public static final int MIN_BYTES = 32;

  private final byte[] sessionSigning;
  private final byte[] router;
  private final byte[] push;

  /** Keys made elsewhere; used by tests and by a broker without a platform. */
  public KeyRing(byte[] sessionSigning, byte[] router, byte[] push) {
    this.sessionSigning = sessionSigning.clone();
    this.router = router.clone();
    this.push = push.clone();
  }

  /**
   * Reads {@code session-signing-key}, {@code router-key} and {@code push-key}, each the base64
   * text of at least {@link #MIN_BYTES} random bytes.
   *
   * @throws InvalidKeysException when one is missing, no base64 or too short
   */
  public static KeyRing read(Path directory) {
    return new KeyRing(
        key(directory.resolve("session-signing-key")),
        key(directory.resolve("router-key")),
        key(directory.resolve("push-key")));
  }

  /** Signs session ids. */
  public byte[] sessionSigning() {
    return sessionSigning.clone();
  }

  /** Proves that a request comes from this instance's own client. */
  public byte[] router() {
    return router.clone();
  }

  /** From which the keys of configuration pushes are derived. */
  public byte[] push() {
    return push.clone();
  }

  private static byte[] key(Path file) {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      throw new InvalidKeysException(
          file + " is missing: mount the Secret mcp-gateway-keys that the controller makes");
    } catch (IOException e) {
      throw new InvalidKeysException(file + " cannot be read: " + e.getClass().getSimpleName());
    }
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeysException(file + " must hold base64 text");
    }
    if (key.length < MIN_BYTES) {
      throw new InvalidKeysException(
          "%s holds a key of %d bytes, at least %d are needed"
              .formatted(file, key.length, MIN_BYTES));
    }
    return key;
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "KeyRing[3 keys]";
  }
}
