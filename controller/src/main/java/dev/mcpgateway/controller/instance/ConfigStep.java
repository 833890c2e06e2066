package dev.mcpgateway.controller.instance;

/** What has to happen to the configuration Secret. */
sealed interface ConfigStep {
  /** It is as it should be, or it is not ours to touch. */
  record Keep() implements ConfigStep {}

  /** Store this document. */
  record Write(String document) implements ConfigStep {
    /** Without the document: it holds credentials. */
    @Override
    public String toString() {
      return "Write[characters=%d]".formatted(document.length());
    }
  }

  /** The document would not fit; the last good one stays. */
  record TooLarge() implements ConfigStep {}
}
