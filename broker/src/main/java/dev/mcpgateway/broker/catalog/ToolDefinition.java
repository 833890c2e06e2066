package dev.mcpgateway.broker.catalog;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * One tool as its server describes it (MCP 2025-11-25, Tools, Tool), as the UTF-8 bytes of a JSON
 * object: numbers, key order and members nobody here knows survive. Equal when the bytes are.
 */
public final class ToolDefinition {
  private final byte[] utf8;

  private ToolDefinition(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** Copies the bytes, which must be exactly one well-formed JSON object. */
  public static ToolDefinition of(byte[] utf8) {
    return new ToolDefinition(utf8.clone());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return utf8.clone();
  }

  /** Number of bytes. */
  public int length() {
    return utf8.length;
  }

  /** Writes the bytes without copying them first. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(utf8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ToolDefinition json && Arrays.equals(utf8, json.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  /** Without the content: tool definitions are untrusted text and do not belong in logs. */
  @Override
  public String toString() {
    return "ToolDefinition[%d bytes]".formatted(utf8.length);
  }
}
