package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.broker.wire.JsonRpcMessage.Request;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The catalogue's rows X17 and X18: only {@code params.name} changes, byte for byte. */
class NameSpliceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":«"wx_now"»}}
          { "params" : { "arguments":{"name":"wx_now"}, "name" : «"wx_now"» } , "id":"x", "method":"tools/call","jsonrpc":"2.0"}
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"\\u006eame":«"w\\u0078_now"»,"x":1}}
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":«"wx_now"»,"arguments":{"n":[9007199254740993,1e400,-0,1.10,1E-7,123456789012345678901234567890]}}}
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"z":"é😀","name":«"wx_now"»,"a":"\\ud83d\\ude00\\/"},"unknown":{"kept":[null,true]}}
          {"name":"wx_now","jsonrpc":"2.0","id":1,"method":"tools/call","params":{"x":{"name":"wx_now"},"name":«"wx_now"»}}
          {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"é":"ü","name"	:	«"wx_ñ\\"\\\\n"»	}}
          """)
  void everyOtherByteStays(String marked) {
    String body = marked.replace("«", "").replace("»", "");
    String expected = marked.replaceAll("«.*»", "\"short \\\\\"\\\\\\\\ ü\\\\n\"");
    assertThat(new String(request(body).params().messageWithName("short \"\\ ü\n"), UTF_8))
        .isEqualTo(expected);
  }

  @Test
  void theDecodedNameIsWhatTheClientMeant() {
    assertThat(
            request(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"n\\u0061me\":\"w\\u0078\\n\"}}")
                .params()
                .name())
        .isEqualTo("wx\n");
  }

  @Test
  void withoutANameThereIsNothingToReplace() {
    Params params =
        request("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"name\":7}}").params();
    assertThat(params.name()).isNull();
    assertThatThrownBy(() -> params.messageWithName("x")).isInstanceOf(IllegalStateException.class);
  }

  /** Seeded: the failing document is the seed's. */
  @Test
  void anyDocumentSurvivesTheSplice() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      String before = object(random, 3);
      String after = object(random, 3);
      String name = string(random);
      String head =
          "{\"a\":" + before + ws(random) + ",\"params\":" + ws(random) + "{\"b\":" + before + ",";
      String tail = ws(random) + ",\"c\":" + after + "}" + ws(random);
      tail += ",\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"id\":" + seed + "}";
      String open = head + "\"name\":" + ws(random);
      byte[] spliced = request(open + name + tail).params().messageWithName("x");
      assertThat(new String(spliced, UTF_8)).as("seed %d", seed).isEqualTo(open + "\"x\"" + tail);
    }
  }

  private static String object(Random random, int depth) {
    StringBuilder out = new StringBuilder("{");
    int members = random.nextInt(4);
    for (int i = 0; i < members; i++) {
      out.append(i == 0 ? "" : ",").append(ws(random)).append("\"k").append(i).append("\":");
      out.append(ws(random)).append(value(random, depth - 1)).append(ws(random));
    }
    return out.append('}').toString();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> string(random);
      case 1 -> Long.toString(random.nextLong());
      case 2 -> random.nextInt(100) + "." + random.nextInt(1000) + "0E+" + random.nextInt(500);
      case 3 -> "-0";
      case 4 -> "true";
      case 5 -> "null";
      case 6 -> "[" + value(random, depth - 1) + " , " + value(random, depth - 1) + "]";
      default -> object(random, depth);
    };
  }

  private static String string(Random random) {
    String[] parts = {
      "a", "é", "😀", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "name", "}"
    };
    StringBuilder out = new StringBuilder("\"");
    for (int i = random.nextInt(9); i > 0; i--) {
      out.append(parts[random.nextInt(parts.length)]);
    }
    return out.append('"').toString();
  }

  private static String ws(Random random) {
    return new String[] {"", " ", "\n", "\t\r\n  "}[random.nextInt(4)];
  }

  private static Request request(String body) {
    return (Request) ((Parsed) MessageParser.parse(body.getBytes(UTF_8))).message();
  }
}
