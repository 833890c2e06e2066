package dev.mcpgateway.broker.wire;

import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_REQUEST;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Notification;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Request;
import dev.mcpgateway.broker.wire.JsonRpcMessage.Response;
import dev.mcpgateway.broker.wire.ParseResult.Malformed;
import dev.mcpgateway.broker.wire.ParseResult.Parsed;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the members of one message. A wrong member is remembered and reading goes on, so that
 * the error can echo an id that comes later.
 */
final class MessageDraft {
  private static final List<String> MEMBERS =
      List.of("jsonrpc", "id", "method", "params", "result", "error");

  private final byte[] document;
  private final boolean checkSurrogates;
  private boolean versioned;
  private @Nullable JsonRpcId id;
  private boolean nullId;
  private @Nullable String method;
  private Params params = Params.NONE;
  private @Nullable RawJson result;
  private @Nullable RawJson error;
  private @Nullable String problem;

  MessageDraft(byte[] document) {
    this.document = document;
    this.checkSurrogates = Utf8.mayEscapeSurrogates(document);
  }

  @Nullable JsonRpcId id() {
    return id;
  }

  /** Takes the member whose name is the parser's current token, its value included. */
  void member(JsonParser parser) throws IOException {
    String name = parser.currentName();
    checkWhole(name);
    parser.nextToken();
    switch (name) {
      case "jsonrpc" -> version(parser);
      case "id" -> id(parser);
      case "method" -> method(parser);
      case "params" -> params(parser);
      case "result" -> result = object(parser, name);
      case "error" -> error = object(parser, name);
      default -> {
        if (MEMBERS.stream().anyMatch(name::equalsIgnoreCase)) {
          refuse("a member differs from a known one only in case");
        }
        skip(parser);
      }
    }
  }

  ParseResult finish() {
    if (problem == null) {
      problem = shapeProblem();
    }
    if (problem != null) {
      return new Malformed(INVALID_REQUEST, problem, id);
    }
    if (method != null) {
      return new Parsed(
          id == null ? new Notification(method, params) : new Request(id, method, params));
    }
    if (error != null) {
      return new Parsed(new Response(id, true, error));
    }
    return result == null
        ? new Malformed(INVALID_REQUEST, "neither a request nor a response", id)
        : new Parsed(new Response(id, false, result));
  }

  private @Nullable String shapeProblem() {
    if (!versioned) {
      return "jsonrpc must be \"2.0\"";
    }
    if ((method == null ? 0 : 1) + (result == null ? 0 : 1) + (error == null ? 0 : 1) != 1) {
      return "a message has exactly one of method, result and error";
    }
    if (nullId && error == null) {
      // JSON-RPC 2.0 §5 knows the id null only in errors about an unreadable message.
      return "the id must be a string or an integer";
    }
    if (result != null && id == null) {
      return "a result needs the id of its request";
    }
    return null;
  }

  private void version(JsonParser parser) throws IOException {
    versioned = parser.currentToken() == JsonToken.VALUE_STRING && "2.0".equals(parser.getText());
    skip(parser);
  }

  private void id(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT) {
      id = new JsonRpcId(parser.getText());
    } else if (token == JsonToken.VALUE_STRING) {
      RawJson raw = value(parser);
      if (raw.length() <= JsonLimits.MAX_IDENTIFIER) {
        id = new JsonRpcId(raw.text());
      } else {
        refuse("the id is too long");
      }
      return;
    } else if (token == JsonToken.VALUE_NULL) {
      nullId = true;
    } else {
      refuse("the id must be a string or an integer");
    }
    skip(parser);
  }

  private void method(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING && isMethodName(parser.getText())) {
      method = parser.getText();
    } else {
      refuse("the method must be a name of visible ASCII characters");
    }
    skip(parser);
  }

  private static boolean isMethodName(String text) {
    return !text.isEmpty()
        && text.length() <= JsonLimits.MAX_IDENTIFIER
        && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  private void params(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      refuse("params must be an object");
      skip(parser);
      return;
    }
    int from = tokenStart(parser);
    String name = null;
    RawJson.Span namePlace = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      checkWhole(member);
      boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
      if (member.equals("name") && text) {
        int start = tokenStart(parser);
        name = parser.getText();
        skip(parser);
        namePlace = new RawJson.Span(start, position(parser));
      } else {
        if (!member.equals("name") && member.equalsIgnoreCase("name")) {
          refuse("a parameter differs from name only in case");
        }
        skip(parser);
      }
    }
    params = Params.of(new RawJson(document, from, position(parser)), name, namePlace);
  }

  private @Nullable RawJson object(JsonParser parser, String member) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      return value(parser);
    }
    refuse(member + " must be an object");
    skip(parser);
    return null;
  }

  private RawJson value(JsonParser parser) throws IOException {
    int from = tokenStart(parser);
    skip(parser);
    return new RawJson(document, from, position(parser));
  }

  /** Moves to the end of the current value and looks at every string in it. */
  private void skip(JsonParser parser) throws IOException {
    int depth = 0;
    while (true) {
      JsonToken token = parser.currentToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
        if (checkSurrogates) {
          checkWhole(parser.getText());
        }
        parser.finishToken();
      }
      if (depth == 0) {
        return;
      }
      parser.nextToken();
    }
  }

  private void checkWhole(String text) {
    if (checkSurrogates && !Utf8.isWhole(text)) {
      refuse("a string contains half a surrogate pair");
    }
  }

  private void refuse(String reason) {
    if (problem == null) {
      problem = reason;
    }
  }

  private static int tokenStart(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  private static int position(JsonParser parser) {
    return (int) parser.currentLocation().getByteOffset();
  }
}
