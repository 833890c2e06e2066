package dev.mcpgateway.controller.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpgateway.controller.AnsweringApi;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.leader.Fence;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeysSecretWriterTest {
  private static final ExtensionFacts OWNER =
      new ExtensionFacts(
          new ObjectKey("n", "e"), "u", Instant.EPOCH, false, new ObjectKey("n", "g"), 1);

  @Test
  void whatIsNoKeyGoesAndWhatIsMissingIsMadeInOneWrite() throws JsonProcessingException {
    StoredKeys present =
        new StoredKeys(
            "n",
            "7",
            Set.of(KeyName.SESSION_SIGNING, KeyName.ROUTER),
            Set.of(),
            Set.of(KeyName.ROUTER),
            Set.of("push-key.previous", "router-key.next"),
            "",
            null,
            Set.of("u"),
            true);
    try (AnsweringApi api = new AnsweringApi(request -> 200)) {
      Stored stored =
          new KeysSecretWriter(
                  api.client(), new Fence(() -> true), Clock.systemUTC(), new SecureRandom())
              .ensure(OWNER, present);
      assertThat(stored).isEqualTo(new Stored.Yes());
      assertThat(api.requests()).hasSize(1);
      JsonNode patch = new ObjectMapper().readTree(api.requests().getFirst().body());
      assertThat(patch.at("/metadata/resourceVersion").asText()).isEqualTo("7");
      assertThat(patch.at("/metadata/ownerReferences/0/uid").asText()).isEqualTo("u");
      JsonNode data = patch.get("data");
      assertThat(data.fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("push-key", "push-key.previous", "router-key.next");
      assertThat(data.get("push-key").asText()).hasSize(60);
      assertThat(data.get("push-key.previous").isNull()).isTrue();
      assertThat(data.get("router-key.next").isNull()).isTrue();
    }
  }
}
