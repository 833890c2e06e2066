package dev.mcpgateway.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Without tools a test of the platform is skipped on a developer's machine, and fails where {@code
 * CI=true}.
 */
public final class ToolsOrSkip {
  private ToolsOrSkip() {}

  /** Call first in {@code @BeforeAll}. */
  public static void check() {
    var missing = Tools.missing(System.getenv());
    if (!missing.isEmpty() && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("tools are missing: " + missing + "; scripts/tools.sh install");
    }
    assumeTrue(missing.isEmpty(), () -> "tools are missing: " + missing);
  }
}
