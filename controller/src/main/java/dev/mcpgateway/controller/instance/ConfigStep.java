package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.secrets.StoredConfig;

/** What has to happen to the configuration Secret. */
sealed interface ConfigStep {
  /** It is as it should be, or it is not ours to touch. */
  record Keep() implements ConfigStep {}

  /**
   * Store this document.
   *
   * @param ahead the version of a broker that would not take what is stored, 0 for none
   */
  record Write(String document, long ahead) implements ConfigStep {
    /** Without the document: it holds credentials. */
    @Override
    public String toString() {
      return "Write[characters=%d, ahead=%d]".formatted(document.length(), ahead);
    }
  }

  /** Nobody needs it any more. */
  record Remove(StoredConfig stored) implements ConfigStep {}

  /**
   * The document would not fit; what is there stays.
   *
   * @param inForce whether that is a configuration, and not nothing or an empty one
   */
  record TooLarge(boolean inForce) implements ConfigStep {}

  /**
   * The document would not fit, and what shall be there in its place is not: store that, which is
   * the last good document of the same Gateway, or an empty one.
   *
   * @param inForce as in {@link TooLarge}
   * @param ahead as in {@link Write}
   */
  record Fallback(String document, boolean inForce, long ahead) implements ConfigStep {
    /** Without the document: it holds credentials. */
    @Override
    public String toString() {
      return "Fallback[characters=%d, inForce=%s, ahead=%d]"
          .formatted(document.length(), inForce, ahead);
    }
  }
}
