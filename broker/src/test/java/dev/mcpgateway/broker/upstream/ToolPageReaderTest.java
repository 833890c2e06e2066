package dev.mcpgateway.broker.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.broker.catalog.OfferedTool;
import dev.mcpgateway.broker.catalog.ToolHints;
import dev.mcpgateway.broker.catalog.ToolHints.Hint;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolPageReaderTest {
  @Test
  void onlyTheNameChangesEveryOtherByteStays() {
    String before =
        "{ \"title\":\"Größe 漢字\\u0041 \\\"q\\\"\",\n\t\"x-vendor\":{\"name\":\"inner\",\"n\":[1.10,1e400,-0.0,12345678901234567890]}, \"name\" : ";
    String after =
        " ,\"inputSchema\":{\"type\":\"object\",\"properties\":{\"name\":{\"$anchor\":\"é\"}}} ,\"execution\":{\"taskSupport\":\"optional\"}}";
    ToolPage page = read("{\"tools\":[ " + before + "\"we\\u0061ther\"" + after + " ]}", "wx_");
    OfferedTool tool = page.tools().getFirst();
    assertThat(text(tool)).isEqualTo(before + "\"wx_weather\"" + after);
    assertThat(tool.originalName()).isEqualTo("weather");
    assertThat(tool.servedName()).isEqualTo("wx_weather");
  }

  @Test
  void severalToolsKeepTheirPlaces() {
    ToolPage page =
        read(
            "{\"_meta\":{\"tools\":[]},\"tools\":[{\"name\":\"ä1\"},{\"name\":\"a\"},{\"name\":\"b\",\"d\":\"ü\"},{\"d\":\"ß\",\"name\":\"c\"}]}",
            "p.");
    assertThat(page.tools())
        .extracting(OfferedTool::servedName)
        .containsExactly("p.a", "p.b", "p.c");
    assertThat(page.tools())
        .extracting(ToolPageReaderTest::text)
        .containsExactly(
            "{\"name\":\"p.a\"}",
            "{\"name\":\"p.b\",\"d\":\"ü\"}",
            "{\"d\":\"ß\",\"name\":\"p.c\"}");
    assertThat(page.unusable()).isEqualTo(1);
  }

  @Test
  void hintsAreReadWhereTheyAreBooleans() {
    ToolPage page =
        read(
            "{\"tools\":[{\"annotations\":{\"title\":\"x\",\"readOnlyHint\":true,\"destructiveHint\":\"yes\",\"idempotentHint\":false,\"openWorldHint\":{\"a\":1},\"other\":[true]},\"name\":\"a\"}]}",
            "");
    assertThat(page.tools().getFirst().hints())
        .isEqualTo(new ToolHints(Hint.TRUE, Hint.UNSPECIFIED, Hint.FALSE, Hint.UNSPECIFIED));
  }

  @Test
  void anEmptyCursorIsACursor() {
    assertThat(read("{\"tools\":[],\"nextCursor\":\"\"}", "").nextCursor()).isEmpty();
    assertThat(read("{\"tools\":[],\"nextCursor\":null}", "").nextCursor()).isNull();
    assertThat(read("{\"tools\":[]}", "").nextCursor()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"\"}",
        "{\"name\":3}",
        "{}",
        "3",
        "null",
        "[]",
        "{\"name\":\"a b\"}",
        "{\"name\":\"a\\r\\nx: y\"}",
        "{\"name\":\"\\u007f\"}",
        "{\"name\":\"漢\"}"
      })
  void aToolThatCannotBeServedIsLeftOutAndCounted(String tool) {
    ToolPage page = read("{\"tools\":[{\"name\":\"good\"}," + tool + "]}", "");
    assertThat(page.tools()).extracting(OfferedTool::servedName).containsExactly("good");
    assertThat(page.unusable()).isEqualTo(1);
  }

  @Test
  void aNameIsTooLongWithItsPrefix() {
    String name = "n".repeat(126);
    assertThat(read("{\"tools\":[{\"name\":\"" + name + "\"}]}", "p_").unusable()).isZero();
    assertThat(read("{\"tools\":[{\"name\":\"" + name + "\"}]}", "pp_").unusable()).isEqualTo(1);
  }

  @Test
  void aHugeDefinitionIsLeftOut() {
    String tool =
        "{\"name\":\"a\",\"description\":\"" + "x".repeat(UpstreamLimits.MAX_DEFINITION) + "\"}";
    assertThat(read("{\"tools\":[" + tool + "]}", "").unusable()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tools\":{}}",
        "{\"tools\":null}",
        "{\"tools\":[",
        "{\"tools\":[{\"name\":\"a\",\"name\":\"b\"}]}"
      })
  void whatIsNoListIsRefused(String result) {
    assertThatThrownBy(() -> read(result, ""))
        .isInstanceOf(UpstreamException.class)
        .hasMessageStartingWith("tools/list:");
  }

  @Test
  void theListEndsAtARepeatedCursorAtTheLimitOfPagesAndOfTools() {
    ToolListBuilder repeating = new ToolListBuilder();
    assertThat(repeating.add(page("a", "1"))).isEqualTo("1");
    assertThat(repeating.add(page("b", "1"))).isNull();
    assertThat(repeating.build().tools()).hasSize(2);
    assertThat(repeating.build().notes())
        .containsExactly("the server repeats a cursor, its list was cut");

    ToolListBuilder endless = new ToolListBuilder();
    int pages = 0;
    while (endless.add(page("t" + pages, "c" + pages)) != null) {
      pages++;
    }
    assertThat(pages + 1).isEqualTo(UpstreamLimits.MAX_PAGES);
    assertThat(endless.build().notes()).hasSize(1);

    ToolListBuilder many = new ToolListBuilder();
    for (int i = 0; i <= UpstreamLimits.MAX_TOOLS; i++) {
      many.add(page("t" + i, null));
    }
    assertThat(many.build().tools()).hasSize(UpstreamLimits.MAX_TOOLS);
    assertThat(many.build().notes()).contains("only the first 5000 tools are served");
  }

  @Test
  void aNameListedTwiceIsServedOnce() {
    ToolListBuilder list = new ToolListBuilder();
    list.add(page("a", "1"));
    list.add(page("a", null));
    assertThat(list.build().tools()).hasSize(1);
    assertThat(list.build().notes())
        .containsExactly("1 tools left out, the server lists their name twice");
  }

  private static ToolPage page(String name, @Nullable String cursor) {
    List<OfferedTool> tools = read("{\"tools\":[{\"name\":\"" + name + "\"}]}", "").tools();
    return new ToolPage(tools, 0, cursor);
  }

  private static ToolPage read(String result, String prefix) {
    return ToolPageReader.read(result.getBytes(UTF_8), prefix);
  }

  private static String text(OfferedTool tool) {
    return new String(tool.definition().bytes(), UTF_8);
  }
}
