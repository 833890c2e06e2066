package dev.mcpgateway.controller.api.rules;

import java.util.List;
import java.util.Optional;

/**
 * Every violation of one extension, in the order of the chain; none means that it holds its
 * Gateway.
 */
public record Verdict(List<Violation> violations) {
  public Verdict {
    violations = List.copyOf(violations);
  }

  public boolean accepted() {
    return violations.isEmpty();
  }

  /** The one the {@code Ready} condition names. */
  public Optional<Violation> first() {
    return violations.stream().findFirst();
  }

  /** Whether the extension may refer to its Gateway at all. */
  public boolean permitted() {
    return violations.stream().noneMatch(Violation.NotPermitted.class::isInstance);
  }
}
