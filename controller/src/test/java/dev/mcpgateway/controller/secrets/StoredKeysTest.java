package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredKeysTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[KeyName.BYTES]);

  @Test
  void nextAndPreviousKeysThatAreNoneAreToldAsDamaged() {
    StoredKeys keys =
        stored(
            Map.of(
                "session-signing-key", KEY,
                "session-signing-key.next", KEY,
                "session-signing-key.previous", KEY,
                "router-key", "no key",
                "router-key.next", "no key",
                "push-key.previous", "c2hvcnQ=",
                "push-key.next", "",
                "somebody-elses.next", "no key"));
    assertThat(keys.valid()).containsExactly(KeyName.SESSION_SIGNING);
    assertThat(keys.next()).containsExactly(KeyName.SESSION_SIGNING);
    assertThat(keys.previous()).containsExactly(KeyName.SESSION_SIGNING);
    assertThat(keys.damaged())
        .isEqualTo(Set.of("router-key.next", "push-key.previous", "push-key.next"));
  }

  @Test
  void whatIsNotThereIsNotDamaged() {
    assertThat(stored(Map.of("push-key", KEY)).damaged()).isEmpty();
    assertThat(stored(Map.of()).damaged()).isEmpty();
  }

  private static StoredKeys stored(Map<String, String> files) {
    Map<String, String> data = new HashMap<>();
    files.forEach(
        (name, text) -> data.put(name, Base64.getEncoder().encodeToString(text.getBytes(UTF_8))));
    return StoredKeys.of(
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("n")
            .withName("mcp-gateway-keys")
            .withResourceVersion("1")
            .endMetadata()
            .withData(data)
            .build());
  }
}
