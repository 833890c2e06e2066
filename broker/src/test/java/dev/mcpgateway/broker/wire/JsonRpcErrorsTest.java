package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonRpcErrorsTest {
  @Test
  void theIdIsEchoedWithItsType() {
    assertThat(
            new String(
                JsonRpcErrors.body(
                    new JsonRpcId("\"a\""), JsonRpcErrors.INVALID_PARAMS, "no \"x\""),
                UTF_8))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32602,\"message\":\"no \\\"x\\\"\"}}");
  }

  @Test
  void anUnknownIdIsNull() {
    assertThat(new String(JsonRpcErrors.body(null, JsonRpcErrors.PARSE_ERROR, "x"), UTF_8))
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":null,");
  }

  @Test
  void theMessageIsAMessage() {
    byte[] body = JsonRpcErrors.body(JsonRpcId.of(4), JsonRpcErrors.INTERNAL_ERROR, "é\n%s");
    assertThat(MessageParser.parse(body))
        .isInstanceOfSatisfying(
            ParseResult.Parsed.class,
            p -> assertThat(p.message()).isInstanceOf(JsonRpcMessage.Response.class));
  }
}
