package dev.mcpgateway.broker.config;

import org.jspecify.annotations.Nullable;

/** What was found where the configuration should be. */
sealed interface Candidate {

  /** No document: nothing was registered yet, or it was deleted. */
  record Missing() implements Candidate {}

  /**
   * The document cannot be read, or changed while it was read.
   *
   * @param reason for people
   */
  record Unreadable(String reason) implements Candidate {}

  /**
   * A document.
   *
   * @param version text of the version file, absent when there is none
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by its hash, never by equals
  record Document(byte[] bytes, @Nullable String version) implements Candidate {

    /** Size only: the document holds credentials. */
    @Override
    public String toString() {
      return "Document[%d bytes, version %s]".formatted(bytes.length, version);
    }
  }
}
