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
    write("session-signing-key", key(1, 32));
    write("router-key", key(2, 32) + "\n");
    write("push-key", key(3, 48));
  }

  @Test
  void eachFileIsItsOwnKey() {
    KeyRing keys = KeyRing.read(directory);
    assertThat(keys.sessionSigning()).hasSize(32).containsOnly(1);
    assertThat(keys.router()).hasSize(32).containsOnly(2);
    assertThat(keys.push()).hasSize(48).containsOnly(3);
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
    write("push-key", key(3, 31));
    assertThatThrownBy(() -> KeyRing.read(directory))
        .hasMessageContaining("push-key holds a key of 31 bytes, at least 32 are needed");
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

  private static String key(int value, int length) {
    byte[] key = new byte[length];
    Arrays.fill(key, (byte) value);
    return Base64.getEncoder().encodeToString(key);
  }
}
