package dev.mcpgateway.controller.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.model.ConditionedStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON merge patch (RFC 7396) for a status from which something has to go: a field of ours, or
 * a condition of one of our types. Pure.
 */
final class StatusPatchBuilder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusPatchBuilder() {}

  /**
   * What to send, so that of ours there is what is wanted and nothing else; what others have added
   * stays as it is.
   *
   * @param stored null when there is no status
   * @param resourceVersion at which it was stored
   * @return empty when nothing has to go
   */
  static <S extends ConditionedStatus<S>> Optional<ObjectNode> removing(
      @Nullable S stored, S wanted, @Nullable String resourceVersion) {
    if (stored == null) {
      return Optional.empty();
    }
    List<Condition> before = Objects.requireNonNullElse(stored.conditions(), List.of());
    ObjectNode status = JSON.valueToTree(wanted);
    boolean removes =
        before.stream()
            .filter(StatusPatchBuilder::ours)
            .anyMatch(c -> Conditions.find(wanted.conditions(), c.getType()).isEmpty());
    for (var field : JSON.<ObjectNode>valueToTree(stored).properties()) {
      if (!status.has(field.getKey())) {
        status.putNull(field.getKey());
        removes = true;
      }
    }
    if (!removes) {
      return Optional.empty();
    }
    // A merge patch replaces lists as a whole.
    ArrayNode conditions = status.withArray("conditions");
    before.stream()
        .filter(c -> !ours(c))
        .map(c -> JSON.<JsonNode>valueToTree(c))
        .forEach(conditions::add);
    ObjectNode patch = JSON.createObjectNode();
    patch.putObject("metadata").put("resourceVersion", resourceVersion);
    patch.set("status", status);
    return Optional.of(patch);
  }

  /** Whether a condition is of a type this project writes; any other one is somebody else's. */
  static boolean ours(Condition condition) {
    return ConditionNames.TYPES.contains(condition.getType());
  }
}
