package dev.mcpgateway.broker.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/**
 * How much of a message is read. A peer decides what it sends, so every dimension has an end:
 * Jackson's own defaults (depth 1000, strings of 20 million characters, documents of any length)
 * are far above what MCP needs.
 */
public final class JsonLimits {
  /** Largest message in bytes, in either direction. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  /** Deepest nesting of objects and arrays. */
  public static final int MAX_DEPTH = 64;

  /**
   * Longest number in characters; values are kept as text, so this is about work, not precision.
   */
  public static final int MAX_NUMBER = 1000;

  /** Longest member name in characters. */
  public static final int MAX_NAME = 1024;

  /** Most tokens in one message. */
  public static final int MAX_TOKENS = 200_000;

  /** Longest id or method, as raw JSON, in bytes. */
  public static final int MAX_IDENTIFIER = 1024;

  /** Factory of every parser in this program that reads what a peer sent. */
  public static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER)
                  .maxNameLength(MAX_NAME)
                  .maxStringLength(MAX_BYTES)
                  .maxTokenCount(MAX_TOKENS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Member names come from strangers: the JVM's string pool must not grow with them. (The
          // factory's own symbol table is bounded and stays on: without it Jackson reads through a
          // Reader and knows no byte offsets.)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Parser and server run on virtual threads: a recycler per thread would never be reused.
          .disable(JsonFactory.Feature.USE_THREAD_LOCAL_FOR_BUFFER_RECYCLING)
          .build();

  private JsonLimits() {}
}
