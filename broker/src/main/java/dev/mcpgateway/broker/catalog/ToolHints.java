package dev.mcpgateway.broker.catalog;

import java.util.Locale;

/**
 * A tool's annotations (MCP 2025-11-25, Tools, ToolAnnotations): what its server says about it,
 * untrusted. A hint that is absent or no boolean is {@link Hint#UNSPECIFIED}.
 */
public record ToolHints(Hint readOnly, Hint destructive, Hint idempotent, Hint openWorld) {
  /** No annotation at all. */
  public static final ToolHints NONE =
      new ToolHints(Hint.UNSPECIFIED, Hint.UNSPECIFIED, Hint.UNSPECIFIED, Hint.UNSPECIFIED);

  /** Value of one annotation. */
  public enum Hint {
    TRUE,
    FALSE,
    UNSPECIFIED;

    /** The hint for a boolean that was given. */
    public static Hint of(boolean value) {
      return value ? TRUE : FALSE;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Value of the header {@code x-mcp-annotation-hints}. */
  public String headerValue() {
    return "readOnly=%s,destructive=%s,idempotent=%s,openWorld=%s"
        .formatted(readOnly, destructive, idempotent, openWorld);
  }
}
