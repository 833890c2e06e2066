package dev.mcpgateway.broker.api.push;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.mcpgateway.broker.api.config.ConfigCodec;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Requests and replies as JSON in UTF-8. Unknown fields are ignored, so that either side may be
 * newer; everything else that could be misread is refused. Instants are RFC 3339 text.
 */
public final class PushCodec {
  /** Largest sealed request that is read, in bytes. */
  public static final int MAX_REQUEST_BYTES = ConfigCodec.MAX_BYTES + 64 * 1024;

  /** Largest sealed reply that is read, in bytes. */
  public static final int MAX_REPLY_BYTES = 4 * 1024 * 1024;

  /**
   * Most names, values and brackets: more than the longest report has, and fewer than fit into a
   * reply. A name of a letter takes a dozen times its length when it is read.
   */
  private static final int MAX_TOKENS = 500_000;

  private static final int MAX_DEPTH = 8;
  private static final ObjectMapper JSON = mapper();

  private PushCodec() {}

  public static byte[] write(PushRequest request) {
    return bytes(request);
  }

  public static byte[] write(PushReply reply) {
    return bytes(reply);
  }

  /**
   * Reads a request.
   *
   * @throws InvalidPushException when it is none
   */
  public static PushRequest readRequest(byte[] json) {
    return read(json, PushRequest.class, "a request");
  }

  /**
   * Reads a reply.
   *
   * @throws InvalidPushException when it is none
   */
  public static PushReply readReply(byte[] json) {
    return read(json, PushReply.class, "a reply");
  }

  private static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts and numbers cannot fail to render", e);
    }
  }

  private static <T> T read(byte[] json, Class<T> type, String what) {
    try {
      T value = JSON.readValue(json, type);
      if (value != null) {
        return value;
      }
    } catch (IOException e) {
      // Jackson's own message may quote what it read, which holds credentials.
    }
    throw new InvalidPushException("not " + what);
  }

  private static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxTokenCount(MAX_TOKENS)
                    .maxDocumentLength(MAX_REPLY_BYTES)
                    .maxStringLength(MAX_REQUEST_BYTES)
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .addModule(
            new SimpleModule()
                .addSerializer(Instant.class, ToStringSerializer.instance)
                .addDeserializer(Instant.class, new InstantText()))
        .build();
  }

  private static final class InstantText extends StdDeserializer<Instant> {
    InstantText() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try {
        return Instant.parse(parser.getText());
      } catch (DateTimeException e) {
        return (Instant)
            context.handleWeirdStringValue(Instant.class, parser.getText(), "no instant");
      }
    }
  }
}
