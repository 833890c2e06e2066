package dev.mcpgateway.controller.secrets;

/** What became of a write that did not simply fail on the way. */
public sealed interface Stored {
  /** It is stored. */
  record Yes() implements Stored {}

  /** The namespace is being terminated; there is nothing to do any more. */
  record NamespaceGoes() implements Stored {}

  /**
   * The API server will refuse it again.
   *
   * @param why for people, without values
   */
  record Refused(String why) implements Stored {}
}
