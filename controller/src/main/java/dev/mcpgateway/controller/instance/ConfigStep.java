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

  /** The document would not fit; the last good one stays. */
  record TooLarge() implements ConfigStep {}

  /**
   * The document would not fit, and the last good one is not there as it was: store that one.
   *
   * @param ahead as in {@link Write}
   */
  record Restore(String document, long ahead) implements ConfigStep {
    /** Without the document: it holds credentials. */
    @Override
    public String toString() {
      return "Restore[characters=%d, ahead=%d]".formatted(document.length(), ahead);
    }
  }
}
