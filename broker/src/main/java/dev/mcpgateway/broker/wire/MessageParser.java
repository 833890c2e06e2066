package dev.mcpgateway.broker.wire;

import static dev.mcpgateway.broker.wire.JsonRpcErrors.INVALID_REQUEST;
import static dev.mcpgateway.broker.wire.JsonRpcErrors.PARSE_ERROR;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.mcpgateway.broker.wire.ParseResult.Malformed;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads one JSON-RPC message, strictly: valid UTF-8 without byte order mark, one object, no
 * duplicate members, nothing after it, the limits of {@link JsonLimits}. A member that differs from
 * a known one only in case is refused, because a server that ignores case would read another
 * message than we did (CVE-2026-27896 is of that kind); so is half a surrogate pair, which every
 * peer decodes as it likes (RFC 8259 §8.2).
 */
public final class MessageParser {
  private MessageParser() {}

  /** Never throws, whatever the bytes are; the array must not be changed afterwards. */
  public static ParseResult parse(byte[] body) {
    if (body.length > JsonLimits.MAX_BYTES) {
      return new Malformed(INVALID_REQUEST, "the message is too large", null);
    }
    if (!Utf8.isText(body)) {
      return new Malformed(PARSE_ERROR, "the message is not UTF-8 text", null);
    }
    int first = Utf8.firstByte(body);
    if (first == '[') {
      return new Malformed(INVALID_REQUEST, "batches are not supported", null);
    }
    if (first != '{') {
      return new Malformed(PARSE_ERROR, "the message is not a JSON object", null);
    }
    return parseObject(body);
  }

  private static ParseResult parseObject(byte[] body) {
    MessageDraft draft = new MessageDraft(body);
    try (JsonParser parser = JsonLimits.FACTORY.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        draft.member(parser);
      }
      if (parser.nextToken() != null) {
        return new Malformed(INVALID_REQUEST, "there is something after the message", null);
      }
      return draft.finish();
    } catch (StreamConstraintsException e) {
      return new Malformed(INVALID_REQUEST, "the message exceeds a limit", draft.id());
    } catch (JsonProcessingException e) {
      // Jackson's message quotes the input; the id may belong to a member that is there twice.
      return new Malformed(PARSE_ERROR, "the message is not valid JSON", null);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory does not fail", e);
    }
  }
}
