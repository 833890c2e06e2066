package dev.mcpgateway.broker.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mcpgateway.broker.wire.JsonLimits;
import dev.mcpgateway.broker.wire.ProtocolVersions;
import dev.mcpgateway.broker.wire.RawJson;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What the broker needs of a server's answer to {@code initialize} (MCP 2025-11-25, Lifecycle).
 *
 * @param protocolVersion the negotiated revision, one this gateway speaks
 * @param tools whether the server says that it has tools at all
 */
record InitializeResult(String protocolVersion, boolean tools) {
  /** MCP 2026-07-28, Error Codes: what a server without sessions answers. */
  private static final int UNSUPPORTED_VERSION = -32022;

  private static final ObjectMapper JSON = new ObjectMapper(JsonLimits.FACTORY);

  /**
   * @throws UpstreamException when the server chose a revision this gateway does not speak
   */
  static InitializeResult read(RawJson result, CredentialMask mask) {
    JsonNode node = tree(result);
    String version = node.path("protocolVersion").asText("");
    if (!ProtocolVersions.supports(version)) {
      throw new UpstreamException(unsupported(version, mask));
    }
    return new InitializeResult(version, node.path("capabilities").has("tools"));
  }

  /** Words for an error object the server answered {@code method} with. */
  static String describeError(String method, RawJson error, CredentialMask mask) {
    JsonNode node = tree(error);
    int code = node.path("code").asInt();
    if (code == UNSUPPORTED_VERSION) {
      String supported =
          StreamSupport.stream(node.path("data").path("supported").spliterator(), false)
              .map(JsonNode::asText)
              .collect(Collectors.joining(", "));
      return unsupported(ProtocolVersions.LATEST, mask)
          + (supported.isEmpty() ? "" : ", the server supports " + Failures.clean(supported, mask));
    }
    return "%s: error %d: %s"
        .formatted(method, code, Failures.clean(node.path("message").asText(""), mask));
  }

  /** The code of an error object. */
  static int errorCode(RawJson error) {
    return tree(error).path("code").asInt();
  }

  private static String unsupported(String version, CredentialMask mask) {
    return "unsupported protocol version: \"%s\"".formatted(Failures.clean(version, mask));
  }

  private static JsonNode tree(RawJson value) {
    try {
      return JSON.readTree(value.bytes());
    } catch (IOException e) {
      throw new UpstreamException("the answer is not valid JSON");
    }
  }
}
