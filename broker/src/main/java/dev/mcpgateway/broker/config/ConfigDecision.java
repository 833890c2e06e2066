package dev.mcpgateway.broker.config;

/** What to do with a {@link Candidate}. */
sealed interface ConfigDecision {

  /** Run with this from now on. */
  record Apply(LoadedConfig next) implements ConfigDecision {}

  /** What is there is what runs already. */
  record Unchanged() implements ConfigDecision {}

  /**
   * The last good configuration stays.
   *
   * @param reason for people, without credentials
   */
  record Refuse(String reason) implements ConfigDecision {}
}
