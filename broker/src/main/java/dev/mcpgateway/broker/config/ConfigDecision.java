package dev.mcpgateway.broker.config;

/** What to do with a document, or with what was found in its place. */
public sealed interface ConfigDecision {

  /** Run with this from now on. */
  record Apply(LoadedConfig next) implements ConfigDecision {}

  /** What is there is what runs already. */
  record Unchanged() implements ConfigDecision {}

  /**
   * What runs is newer, or has the same number and was first.
   *
   * @param reason for people
   */
  record Older(String reason) implements ConfigDecision {}

  /**
   * The last good configuration stays.
   *
   * @param reason for people, without credentials
   */
  record Refuse(String reason) implements ConfigDecision {}
}
