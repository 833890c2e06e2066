package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.wire.JsonRpcMessage.Notification;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Request;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Response;
import dev.mcpgateway.broker.wire.ParseResult.Malformed;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageParserTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":%s}";

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "-7", "9007199254740993", "123456789012345678901234567890", "\"a\\u0062\""})
  void theIdKeepsItsJsonType(String id) {
    Request request = request("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}");
    assertThat(request.id().json()).isEqualTo(id);
    assertThat(request.params().raw()).isNull();
  }

  @Test
  void paramsAreKeptVerbatim() {
    String params = "{ \"z\" : 1.10, \"a\":[1e400, -0, 9007199254740993], \"é\":\"\\u00e9😀\" }";
    Request request = request(CALL.formatted(params));
    assertThat(Objects.requireNonNull(request.params().raw()).text()).isEqualTo(params);
  }

  @Test
  void membersMayComeInAnyOrderAndUnknownOnesAreAllowed() {
    Request request =
        request(
            " \n{\"x\":[{}],\"params\":{\"name\":\"n\"},\"method\":\"tools/call\",\"id\":\"i\",\"jsonrpc\":\"2.0\"} \r\n");
    assertThat(request.method()).isEqualTo("tools/call");
    assertThat(request.params().name()).isEqualTo("n");
    assertThat(request.id().json()).isEqualTo("\"i\"");
  }

  @Test
  void aMessageWithoutIdIsANotification() {
    assertThat(message("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"))
        .isInstanceOf(Notification.class);
  }

  @Test
  void aResultOrErrorIsAResponse() {
    assertThat(message("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"a\":1}}"))
        .isInstanceOfSatisfying(
            Response.class,
            r -> {
              assertThat(r.failed()).isFalse();
              assertThat(r.body().text()).isEqualTo("{\"a\":1}");
            });
    assertThat(message("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000}}"))
        .isInstanceOfSatisfying(
            Response.class,
            r -> {
              assertThat(r.failed()).isTrue();
              assertThat(r.id()).isNull();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "null",
        "1",
        "\"x\"",
        "{",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",}",
        "{'jsonrpc':'2.0'}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"metho\\u0064\":\"tools/call\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"name\":\"a\",\"n\\u0061me\":\"b\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":{\"k\":1,\"k\":2}}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":NaN}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"\\udc00\":1}}",
        "{\"jsonrpc\":\"2.0\",\"id\":01,\"method\":\"a\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"params\":{\"x\":\"\u0001\"}}",
        "\ufeff{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"\u0000}",
      })
  void whatIsNoJsonObjectIsAParseErrorWithoutId(String body) {
    Malformed malformed = malformed(body.getBytes(UTF_8));
    assertThat(malformed.code()).isEqualTo(JsonRpcErrors.PARSE_ERROR);
    assertThat(malformed.id()).isNull();
  }

  static final List<byte[]> NOT_UTF_8 =
      List.of(
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}".getBytes(UTF_16LE),
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"é\"}".getBytes(ISO_8859_1),
          // An overlong '/' and a surrogate encoded as UTF-8.
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"À¯\"}".getBytes(ISO_8859_1),
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"x\":\"í\u00a0\u0080\"}".getBytes(ISO_8859_1));

  @ParameterizedTest
  @FieldSource("NOT_UTF_8")
  void onlyUtf8IsRead(byte[] body) {
    assertThat(malformed(body).code()).isEqualTo(JsonRpcErrors.PARSE_ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                                    | batches are not supported
          [{"jsonrpc":"2.0","id":1,"method":"ping"}]                            | batches are not supported
          {"jsonrpc":"2.0","id":1,"method":"ping"}{}                            | something after
          {"id":1,"method":"ping"}                                              | jsonrpc must be
          {"jsonrpc":2.0,"id":1,"method":"ping"}                                | jsonrpc must be
          {"jsonrpc":"2.0","id":1}                                              | exactly one of
          {"jsonrpc":"2.0","id":1,"method":"ping","result":{}}                  | exactly one of
          {"jsonrpc":"2.0","id":1,"error":{},"result":{}}                       | exactly one of
          {"jsonrpc":"2.0","id":1,"METHOD":"ping"}                              | only in case
          {"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}        | only in case
          {"jsonrpc":"2.0","id":1,"method":"ping","paramſ":{}}                  | only in case
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"x"}}  | only in case
          {"jsonrpc":"2.0","id":1,"method":""}                                  | visible ASCII
          {"jsonrpc":"2.0","id":1,"method":"a\\r\\nb"}                          | visible ASCII
          {"jsonrpc":"2.0","id":1,"method":7}                                   | visible ASCII
          {"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}                 | params must be an object
          {"jsonrpc":"2.0","id":1,"result":[]}                                  | result must be an object
          {"jsonrpc":"2.0","result":{}}                                         | needs the id
          {"jsonrpc":"2.0","id":1,"method":"a","params":{"x":"\\ud800"}}        | half a surrogate
          {"jsonrpc":"2.0","id":1,"method":"a","params":{"name":"\\uDC00\\uD800"}} | half a surrogate
          """)
  void jsonThatIsNoMessageIsAnInvalidRequest(String body, String reason) {
    Malformed malformed = malformed(body.getBytes(UTF_8));
    assertThat(malformed.code()).isEqualTo(JsonRpcErrors.INVALID_REQUEST);
    assertThat(malformed.reason()).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1.5", "1e3", "true", "{}", "[1]"})
  void anIdOfAnotherTypeIsRefusedAndNotEchoed(String id) {
    Malformed malformed =
        malformed(("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}").getBytes(UTF_8));
    assertThat(malformed.code()).isEqualTo(JsonRpcErrors.INVALID_REQUEST);
    assertThat(malformed.id()).isNull();
  }

  @Test
  void anInvalidRequestEchoesAnIdThatComesLater() {
    Malformed malformed =
        malformed("{\"jsonrpc\":\"1.0\",\"method\":\"ping\",\"id\":\"late\"}".getBytes(UTF_8));
    assertThat(malformed.id()).isEqualTo(new JsonRpcId("\"late\""));
  }

  @Test
  void whatIsTooBigInAnyDirectionIsRefusedQuickly() {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    StringBuilder keys = new StringBuilder("{\"a\":0");
    for (int i = 0; i < 300_000; i++) {
      keys.append(",\"k").append(Integer.toString(i, 36)).append("\":0");
    }
    String wide = keys.append('}').toString();
    String number = "1".repeat(1_000_000);
    String name = "{\"" + "n".repeat(100_000) + "\":1}";
    String text = "\"" + "x".repeat(10_000_000) + "\"";
    for (String value : new String[] {deep, wide, number, name, text}) {
      byte[] body = CALL.formatted("{\"arguments\":" + value + "}").getBytes(UTF_8);
      long start = System.nanoTime();
      assertThat(malformed(body).code()).isEqualTo(JsonRpcErrors.INVALID_REQUEST);
      // Generous for a shared machine; what matters is that nothing is quadratic.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void aLongIdIsNotEchoed() {
    String id = "\"" + "i".repeat(JsonLimits.MAX_IDENTIFIER) + "\"";
    Malformed malformed =
        malformed(("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}").getBytes(UTF_8));
    assertThat(malformed.id()).isNull();
  }

  @Test
  void nothingThatIsReadAppearsInTheText() {
    Request request = request(CALL.formatted("{\"name\":\"n\",\"arguments\":{\"k\":\"s3cr3t\"}}"));
    assertThat(request.toString()).doesNotContain("s3cr3t");
  }

  private static Request request(String body) {
    return (Request) message(body);
  }

  private static JsonRpcMessage message(String body) {
    return ((Parsed) MessageParser.parse(body.getBytes(UTF_8))).message();
  }

  private static Malformed malformed(byte[] body) {
    return (Malformed) MessageParser.parse(body);
  }
}
