package dev.mcpgateway.controller;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests against a real kube-apiserver need its binaries and the Gateway API's manifests, which
 * {@code scripts/tools.sh env} points to. Without them they are skipped on a developer's machine
 * and fail where {@code CI=true}.
 */
final class NeedsApiServer implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    for (String variable : new String[] {"KUBE_API_TEST_DIR", "GATEWAY_API_CRDS"}) {
      String folder = System.getenv(variable);
      if (folder == null || !Files.isDirectory(Path.of(folder))) {
        String message =
            variable + " is not set: run exports=$(scripts/tools.sh env) && eval \"$exports\"";
        if ("true".equals(System.getenv("CI"))) {
          throw new IllegalStateException(message);
        }
        return ConditionEvaluationResult.disabled(message);
      }
    }
    return ConditionEvaluationResult.enabled("the binaries are there");
  }
}
