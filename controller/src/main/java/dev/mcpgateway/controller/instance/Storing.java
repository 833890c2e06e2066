package dev.mcpgateway.controller.instance;

/** How storing an instance's Secrets went in a pass. */
sealed interface Storing {
  /** Both were as they should be. */
  record Complete() implements Storing {}

  /** Both are as they should be now; something had to be written. */
  record Written() implements Storing {}

  /**
   * The configuration would not fit into a Secret.
   *
   * @param inForce whether the last good one is stored in its place
   */
  record TooLarge(boolean inForce) implements Storing {}

  /**
   * The API server refuses a Secret and will refuse it again.
   *
   * @param why for people
   */
  record Refused(String why) implements Storing {}

  /** The namespace is being terminated: nothing can or need be written. */
  record NamespaceGoes() implements Storing {}
}
