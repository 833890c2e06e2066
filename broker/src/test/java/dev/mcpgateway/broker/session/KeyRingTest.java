package dev.mcpgateway.broker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {
  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void mountTheSecret() throws IOException {
    write("session-signing-key", text(1, 32));
    write("router-key", text(2, 32) + "\n");
    write("push-key", text(3, 48));
  }

  @Test
  void eachFileIsItsOwnKey() {
    KeyRing same = new KeyRing(key(1, 32), key(2, 32), key(3, 48));
    KeyRing swapped = new KeyRing(key(2, 32), key(1, 32), key(3, 48));
    assertThat(KeyRing.read(directory).sameAs(same)).isTrue();
    assertThat(KeyRing.read(directory).sameAs(swapped)).isFalse();
  }

  @Test
  void keysThatComeOrGoStandBesideTheCurrentOne() throws IOException {
    KeyRing before = KeyRing.read(directory);
    write("push-key.next", text(4, 32));
    KeyRing during = KeyRing.read(directory);
    write("push-key.previous", text(5, 32));
    KeyRing after = KeyRing.read(directory);
    assertThat(before.push()).hasSize(1);
    assertThat(during.push()).hasSize(2);
    assertThat(after.push()).hasSize(3);
    assertThat(before.sameAs(during)).isFalse();
    assertThat(during.sameAs(after)).isFalse();
    assertThat(after).hasToString("KeyRing[5 keys]");
  }

  @Test
  void aMissingFileIsNamedWithItsRemedy() throws IOException {
    Files.delete(directory.resolve("router-key"));
    assertThatThrownBy(() -> KeyRing.read(directory))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining("router-key is missing")
        .hasMessageContaining("mcp-gateway-keys");
  }

  @Test
  void aShortKeyIsRefused() throws IOException {
    write("push-key.next", text(3, 31));
    assertThatThrownBy(() -> KeyRing.read(directory))
        .hasMessageContaining("push-key.next holds a key of 31 bytes, at least 32 are needed");
  }

  @Test
  void whatIsNoBase64IsRefusedWithoutQuotingIt() throws IOException {
    write("session-signing-key", "not base64!");
    assertThatThrownBy(() -> KeyRing.read(directory))
        .hasMessageContaining("session-signing-key must hold base64")
        .hasMessageNotContaining("not base64!");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(directory.resolve(file), text);
  }

  private static String text(int value, int length) {
    return Base64.getEncoder().encodeToString(key(value, length));
  }

  private static byte[] key(int value, int length) {
    byte[] key = new byte[length];
    Arrays.fill(key, (byte) value);
    return key;
  }
}
