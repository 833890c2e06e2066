package dev.mcpgateway.broker.mcp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mcpgateway.broker.wire.Params;
import dev.mcpgateway.broker.wire.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The few parameters the broker itself looks at.
 *
 * @param protocolVersion {@code protocolVersion} of {@code initialize}, if it is a string
 * @param hasCursor whether there is a {@code cursor} that is not null
 * @param claimedVersion {@code _meta["io.modelcontextprotocol/protocolVersion"]}: the message is of
 *     2026-07-28 or later (MCP 2026-07-28, Basic)
 */
record ClientParams(
    @Nullable String protocolVersion, boolean hasCursor, @Nullable String claimedVersion) {
  private static final ClientParams NONE = new ClientParams(null, false, null);
  private static final String CLAIM = "io.modelcontextprotocol/protocolVersion";

  static ClientParams read(Params params) {
    RawJson raw = params.raw();
    if (raw == null) {
      return NONE;
    }
    try (JsonParser parser = raw.open()) {
      return read(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("the message was parsed before", e);
    }
  }

  private static ClientParams read(JsonParser parser) throws IOException {
    String version = null;
    boolean cursor = false;
    String claim = null;
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (member) {
        case "protocolVersion" -> version = text(parser);
        case "cursor" -> cursor = value != JsonToken.VALUE_NULL;
        case "_meta" -> claim = value == JsonToken.START_OBJECT ? claim(parser) : null;
        default -> {
          // of no interest here
        }
      }
      parser.skipChildren();
    }
    return new ClientParams(version, cursor, claim);
  }

  private static @Nullable String claim(JsonParser parser) throws IOException {
    String claim = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = parser.currentName().equals(CLAIM);
      parser.nextToken();
      if (found) {
        // Whatever its value is, the client means the newer revisions.
        String text = text(parser);
        claim = text == null ? "" : text;
      }
      parser.skipChildren();
    }
    return claim;
  }

  private static @Nullable String text(JsonParser parser) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
  }
}
