package dev.mcpgateway.broker.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.fake.MountedSecret;
import dev.mcpgateway.broker.fake.MutableClock;
import dev.mcpgateway.broker.session.ProofVerdict.Granted;
import dev.mcpgateway.broker.session.SessionVerdict.Invalid;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveKeysTest {
  private static final Map<String, Integer> FIRST =
      Map.of("session-signing-key", 1, "router-key", 2, "push-key", 3);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final Path folder;
  private final MountedSecret mounted;

  LiveKeysTest(@TempDir Path folder) {
    this.folder = folder;
    this.mounted = new MountedSecret(folder);
  }

  @Test
  void aBrokerWithoutKeysDoesNotStart() {
    assertThatThrownBy(() -> LiveKeys.start(folder)).isInstanceOf(InvalidKeysException.class);
  }

  @Test
  void sessionsAndProofsOutliveARotation() throws Exception {
    swap(FIRST);
    try (LiveKeys keys = LiveKeys.start(folder)) {
      SessionTokens sessions = new SessionTokens(keys, "gw", Duration.ofHours(1), clock);
      RouterTokens proofs = new RouterTokens(keys, "gw", clock);
      // A replica whose kubelet is quicker signs with the next key before this one makes it
      // current.
      SessionTokens ahead = new SessionTokens(ring(11, 12, 13), "gw", Duration.ofHours(1), clock);
      String first = sessions.issue(null, null);

      swap(with(FIRST, ".next", 10));
      awaitKeys(keys, "KeyRing[6 keys]");
      assertThat(sessions.verify(first)).isInstanceOf(Valid.class);
      assertThat(sessions.verify(ahead.issue(null, null))).isInstanceOf(Valid.class);
      String second = sessions.issue(null, null);
      String proof = proofs.issue("host", "a/server", "initialize");

      Map<String, Integer> rotated = plus(FIRST, 10);
      swap(with(rotated, ".previous", -10));
      await().atMost(LONG).until(() -> ahead.verify(sessions.issue(null, null)) instanceof Valid);
      assertThat(sessions.verify(first)).isInstanceOf(Valid.class);
      assertThat(sessions.verify(second)).isInstanceOf(Valid.class);
      assertThat(proofs.verify(proof, "host")).isInstanceOf(Granted.class);

      swap(rotated);
      awaitKeys(keys, "KeyRing[3 keys]");
      assertThat(sessions.verify(first)).isEqualTo(new Invalid("signature"));
    }
  }

  @Test
  void aFolderThatCannotBeUsedChangesNothing() throws Exception {
    swap(FIRST);
    try (LiveKeys keys = LiveKeys.start(folder)) {
      KeyRing before = keys.get();
      swap(Map.of("session-signing-key", 9));
      await()
          .atMost(LONG)
          .during(LiveKeys.POLL.multipliedBy(2))
          .until(() -> keys.get().sameAs(before));
      swap(plus(FIRST, 10));
      await().atMost(LONG).until(() -> !keys.get().sameAs(before));
    }
  }

  private static void awaitKeys(LiveKeys keys, String text) {
    await().atMost(LONG).untilAsserted(() -> assertThat(keys.get()).hasToString(text));
  }

  private static Map<String, Integer> plus(Map<String, Integer> keys, int difference) {
    Map<String, Integer> changed = new HashMap<>();
    keys.forEach((name, value) -> changed.put(name, value + difference));
    return changed;
  }

  /** The keys, and beside each one with a suffix that differs from it. */
  private static Map<String, Integer> with(
      Map<String, Integer> keys, String suffix, int difference) {
    Map<String, Integer> both = new HashMap<>(keys);
    plus(keys, difference).forEach((name, value) -> both.put(name + suffix, value));
    return both;
  }

  private static Supplier<KeyRing> ring(int signing, int router, int push) {
    KeyRing ring = new KeyRing(key(signing), key(router), key(push));
    return () -> ring;
  }

  private void swap(Map<String, Integer> keys) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    keys.forEach((name, value) ->
        files.put(name, Base64.getEncoder().encodeToString(key(value)).getBytes(UTF_8)));
    mounted.swap(files);
  }

  private static byte[] key(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }
}
