package dev.mcpgateway.controller.api.conditions;

/** What is wrong and what to do about it, one sentence each. */
public record Sentence(String what, String remedy) {
  /** Both, as a condition's message and as an admission response's. */
  @Override
  public String toString() {
    return what + " " + remedy;
  }
}
