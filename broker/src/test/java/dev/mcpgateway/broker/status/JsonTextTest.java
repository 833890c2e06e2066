package dev.mcpgateway.broker.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  private final ObjectMapper json = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "\"quoted\\", "\u0001\u001f", "ä€😀\u2028\u007f", "\n\t"})
  void noTextIsLongerThanItIsSaidToBe(String text) throws JsonProcessingException {
    assertThat(json.writeValueAsBytes(text)).hasSizeLessThan(JsonText.bytes(text));
  }

  @Test
  void withoutShortEscapesItIsAsLongAsItIsSaidToBe() throws JsonProcessingException {
    String text = "a\"\\\u0001ä€😀";
    assertThat(json.writeValueAsBytes(text)).hasSize(JsonText.bytes(text) - 1);
  }

  @Test
  void whatFitsIsNotCut() {
    assertThat(JsonText.cut("abc", JsonText.bytes("abc"))).isEqualTo("abc");
    assertThat(JsonText.cut("abc", JsonText.bytes("abc") - 1)).isEmpty();
    assertThat(JsonText.cut("abcdefgh", JsonText.bytes("abcdefgh") - 1)).isEqualTo("abcd…");
    assertThat(JsonText.cut("abc", -5)).isEmpty();
  }

  @Test
  void whatIsCutIsShortEnoughAndHasNoHalfCharacters() {
    Random random = new Random(20261122);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(
            "a\"\u0001ä€😀"
                .codePoints()
                .skip(random.nextInt(6))
                .limit(1)
                .collect(
                    StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append));
      }
      int bytes = 3 + random.nextInt(60);
      String cut = JsonText.cut(text.toString(), bytes);
      assertThat(JsonText.bytes(cut)).isLessThanOrEqualTo(bytes);
      assertThat(UTF_8.newEncoder().canEncode(cut)).isTrue();
    }
  }
}
