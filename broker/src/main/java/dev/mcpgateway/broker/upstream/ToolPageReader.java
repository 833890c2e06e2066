package dev.mcpgateway.broker.upstream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.mcpgateway.broker.catalog.OfferedTool;
import dev.mcpgateway.broker.catalog.ToolDefinition;
import dev.mcpgateway.broker.catalog.ToolHints;
import dev.mcpgateway.broker.catalog.ToolHints.Hint;
import dev.mcpgateway.broker.wire.JsonLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the result of {@code tools/list} apart (MCP 2025-11-25, Tools, Listing Tools) without
 * re-serialising anything: each definition is the range of bytes the server sent, with the prefixed
 * name spliced in. Pure.
 */
final class ToolPageReader {
  private final byte[] result;
  private final String prefix;
  private final List<OfferedTool> tools = new ArrayList<>();
  private int unusable;
  private @Nullable String nextCursor;

  private ToolPageReader(byte[] result, String prefix) {
    this.result = result;
    this.prefix = prefix;
  }

  /**
   * Reads a page.
   *
   * @param result the member {@code result} of the answer
   * @throws UpstreamException when it is no list of tools
   */
  static ToolPage read(byte[] result, String prefix) {
    ToolPageReader reader = new ToolPageReader(result, prefix);
    try (JsonParser parser = JsonLimits.FACTORY.createParser(result)) {
      if (!reader.page(parser)) {
        throw new UpstreamException("tools/list: the result has no list of tools");
      }
    } catch (IOException e) {
      throw new UpstreamException("tools/list: the result is not valid JSON");
    }
    return new ToolPage(reader.tools, reader.unusable, reader.nextCursor);
  }

  private boolean page(JsonParser parser) throws IOException {
    boolean list = false;
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      JsonToken value = parser.nextToken();
      if (member.equals("tools") && value == JsonToken.START_ARRAY) {
        list = true;
        tools(parser);
      } else if (member.equals("nextCursor") && value == JsonToken.VALUE_STRING) {
        nextCursor = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    return list;
  }

  private void tools(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        tool(parser);
      } else {
        parser.skipChildren();
        unusable++;
      }
    }
  }

  private void tool(JsonParser parser) throws IOException {
    int from = start(parser);
    String name = null;
    int nameFrom = 0;
    int nameTo = 0;
    ToolHints hints = ToolHints.NONE;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      JsonToken value = parser.nextToken();
      if (member.equals("name") && value == JsonToken.VALUE_STRING) {
        nameFrom = start(parser);
        name = parser.getText();
        nameTo = end(parser);
      } else if (member.equals("annotations") && value == JsonToken.START_OBJECT) {
        hints = hints(parser);
      } else {
        parser.skipChildren();
      }
    }
    int to = end(parser);
    if (name == null || !isServable(prefix + name) || to - from > UpstreamLimits.MAX_DEFINITION) {
      unusable++;
      return;
    }
    String servedName = prefix + name;
    ToolDefinition definition = spliced(from, to, nameFrom, nameTo, servedName);
    tools.add(new OfferedTool(servedName, name, definition, hints));
  }

  /**
   * Names travel in HTTP headers and log lines: visible ASCII only, and no longer than the
   * specification recommends.
   */
  private static boolean isServable(String servedName) {
    return !servedName.isEmpty()
        && servedName.length() <= UpstreamLimits.MAX_NAME
        && servedName.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  private ToolDefinition spliced(int from, int to, int nameFrom, int nameTo, String servedName) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + prefix.length() + 2);
    out.write(result, from, nameFrom - from);
    out.write('"');
    out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(servedName));
    out.write('"');
    out.write(result, nameTo, to - nameTo);
    return ToolDefinition.of(out.toByteArray());
  }

  private static ToolHints hints(JsonParser parser) throws IOException {
    Hint readOnly = Hint.UNSPECIFIED;
    Hint destructive = Hint.UNSPECIFIED;
    Hint idempotent = Hint.UNSPECIFIED;
    Hint openWorld = Hint.UNSPECIFIED;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      Hint hint =
          parser.nextToken().isBoolean() ? Hint.of(parser.getBooleanValue()) : Hint.UNSPECIFIED;
      switch (member) {
        case "readOnlyHint" -> readOnly = hint;
        case "destructiveHint" -> destructive = hint;
        case "idempotentHint" -> idempotent = hint;
        case "openWorldHint" -> openWorld = hint;
        default -> {
          // not one of the four the specification knows
        }
      }
      parser.skipChildren();
    }
    return new ToolHints(readOnly, destructive, idempotent, openWorld);
  }

  private static int start(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  private static int end(JsonParser parser) throws IOException {
    parser.finishToken();
    return (int) parser.currentLocation().getByteOffset();
  }
}
