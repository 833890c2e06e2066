package dev.mcpgateway.broker.session;

import dev.mcpgateway.broker.api.KeyNames;
import dev.mcpgateway.broker.api.push.Sealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of this gateway instance, from the mounted Secret {@code mcp-gateway-keys}. Each is its
 * own file and its own purpose, so that none can be used for another. While keys are rotated, each
 * purpose has up to three: the current one signs and seals, and what the next or the previous one
 * signed or sealed is accepted too.
 */
public final class KeyRing {
  /** Shortest key in bytes: HS256 needs as many as its hash has (RFC 7518 §3.2). */
  public static final int MIN_BYTES = 32;

  /** Of each purpose, the current key first. */
  private final List<List<byte[]>> keys;

  private final MacKeys sessionSigning;
  private final MacKeys router;
  private final List<Sealer> push;

  /** Keys made elsewhere, one for each purpose; used by tests. */
  public KeyRing(byte[] sessionSigning, byte[] router, byte[] push) {
    this(List.of(List.of(sessionSigning), List.of(router), List.of(push)));
  }

  private KeyRing(List<List<byte[]>> keys) {
    this.keys = keys;
    this.sessionSigning = MacKeys.of(keys.get(0));
    this.router = MacKeys.of(keys.get(1));
    this.push = keys.get(2).stream().map(Sealer::new).toList();
  }

  /**
   * Reads the files {@link KeyNames} names, each the base64 text of at least {@link #MIN_BYTES}
   * random bytes; those of next and previous keys may be missing.
   *
   * @throws InvalidKeysException when one is missing, no base64 or too short
   */
  public static KeyRing read(Path directory) {
    List<List<byte[]>> keys = new ArrayList<>();
    for (String name : List.of(KeyNames.SESSION_SIGNING, KeyNames.ROUTER, KeyNames.PUSH)) {
      keys.add(accepted(directory, name));
    }
    return new KeyRing(keys);
  }

  /** Sign session ids. */
  MacKeys sessionSigning() {
    return sessionSigning;
  }

  /** Prove that a request comes from this instance's own client. */
  MacKeys router() {
    return router;
  }

  /** One of these opens what the controller sends, the current one first. */
  public List<Sealer> push() {
    return push;
  }

  /** Whether both hold the same keys. */
  boolean sameAs(KeyRing other) {
    for (int purpose = 0; purpose < keys.size(); purpose++) {
      List<byte[]> mine = keys.get(purpose);
      List<byte[]> others = other.keys.get(purpose);
      if (!Arrays.deepEquals(mine.toArray(), others.toArray())) {
        return false;
      }
    }
    return true;
  }

  private static List<byte[]> accepted(Path directory, String name) {
    List<byte[]> accepted = new ArrayList<>();
    byte[] current = key(directory.resolve(name));
    if (current == null) {
      throw new InvalidKeysException(
          directory.resolve(name)
              + " is missing: mount the Secret mcp-gateway-keys that the controller makes");
    }
    accepted.add(current);
    for (String suffix : List.of(KeyNames.NEXT, KeyNames.PREVIOUS)) {
      byte[] other = key(directory.resolve(name + suffix));
      if (other != null) {
        accepted.add(other);
      }
    }
    return accepted;
  }

  private static byte @Nullable [] key(Path file) {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return null;
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
    return "KeyRing[%d keys]".formatted(keys.stream().mapToInt(List::size).sum());
  }
}
