package dev.mcpgateway.controller.instance;

/** How far an instance's Secrets are after a pass. */
sealed interface Delivery {
  /** Both were as they should be. */
  record Complete() implements Delivery {}

  /** Both are as they should be now; something had to be written. */
  record Written() implements Delivery {}

  /**
   * The configuration would not fit into a Secret.
   *
   * @param inForce whether the last good one is stored in its place
   */
  record TooLarge(boolean inForce) implements Delivery {}

  /**
   * The API server refuses a Secret and will refuse it again.
   *
   * @param why for people
   */
  record Refused(String why) implements Delivery {}

  /** The namespace is being terminated: nothing can or need be written. */
  record NamespaceGoes() implements Delivery {}
}
