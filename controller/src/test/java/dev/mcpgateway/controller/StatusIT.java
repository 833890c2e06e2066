package dev.mcpgateway.controller;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.status.StatusWriter;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Statuses into which somebody else writes, at an API server that knows whose each field is. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class StatusIT {
  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  private final StatusWriter writer = new StatusWriter(client, new Fence(() -> true));

  @BeforeAll
  static void start() {
    cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespace("s");
  }

  @Test
  void whatSomebodyElseHasWrittenIntoOursIsPutRightWithOneWrite() {
    RegistrationStatus wanted = status(null, condition("Ready", "Ours"));
    register("foreign", wanted);
    PatchContext other =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("somebody-else")
            .build();
    apply(
        "foreign",
        other,
        status(7, condition("BackendReachable", "Theirs"), condition("example.com/A", "Theirs")));
    MCPServerRegistration spoiled = stored("foreign");
    assertThat(requireNonNull(spoiled.getStatus()).discoveredTools()).isEqualTo(7);

    isPutRight("foreign", spoiled, wanted);
    assertThat(
            Conditions.find(
                requireNonNull(stored("foreign").getStatus()).conditions(), "example.com/A"))
        .contains(condition("example.com/A", "Theirs"));
  }

  @Test
  void aConditionThatBelongsToTwoGoesAsAWhole() {
    RegistrationStatus before =
        status(7, condition("Ready", "Ours"), condition("BackendReachable", "Ours"));
    register("shared", before);
    // An update makes every part that it changes its own, and leaves the others where they were.
    apply(
        "shared",
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager("somebody-else")
            .build(),
        status(8, condition("Ready", "Ours"), condition("BackendReachable", "Theirs")));
    RegistrationStatus wanted = status(null, condition("Ready", "Ours"));
    isPutRight("shared", stored("shared"), wanted);
  }

  @Test
  void whatIsNotWantedAnyMoreGoesAndComesBack() {
    RegistrationStatus less = status(null, condition("Ready", "Ours"));
    RegistrationStatus more =
        status(7, condition("Ready", "Better"), condition("BackendReachable", "Ours"));
    register("ours", less);
    for (RegistrationStatus wanted : List.of(more, less, more, less)) {
      isPutRight("ours", stored("ours"), wanted);
    }
    assertThat(stored("ours").getMetadata().getManagedFields())
        .filteredOn(f -> "status".equals(f.getSubresource()))
        .isNotEmpty()
        .allMatch(f -> "mcp-controller".equals(f.getManager()));
  }

  private void register(String name, RegistrationStatus status) {
    cluster.registration("s", name, "", null);
    assertThat(writer.write(stored(name), MCPServerRegistration::new, status)).isTrue();
  }

  /** One write, and then nothing is left to be written. */
  private void isPutRight(String name, MCPServerRegistration seen, RegistrationStatus wanted) {
    assertThat(writer.write(seen, MCPServerRegistration::new, wanted)).isTrue();
    MCPServerRegistration after = stored(name);
    RegistrationStatus status = requireNonNull(after.getStatus());
    assertThat(status.discoveredTools()).isEqualTo(wanted.discoveredTools());
    assertThat(requireNonNull(status.conditions()))
        .filteredOn(c -> !c.getType().startsWith("example.com/"))
        .containsExactlyElementsOf(requireNonNull(wanted.conditions()));
    assertThat(writer.write(after, MCPServerRegistration::new, wanted)).isFalse();
    assertThat(stored(name).getMetadata().getResourceVersion())
        .isEqualTo(after.getMetadata().getResourceVersion());
  }

  private static void apply(String name, PatchContext how, RegistrationStatus status) {
    MCPServerRegistration object = new MCPServerRegistration();
    object.setMetadata(Cluster.meta("s", name));
    object.setStatus(status);
    client.resource(object).subresource("status").patch(how);
  }

  private static MCPServerRegistration stored(String name) {
    return client.resources(MCPServerRegistration.class).inNamespace("s").withName(name).get();
  }

  private static RegistrationStatus status(@Nullable Integer tools, Condition... conditions) {
    return new RegistrationStatus(List.of(conditions), tools, null, null);
  }

  private static Condition condition(String type, String reason) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus("True")
        .withReason(reason)
        .withMessage("")
        .withObservedGeneration(1L)
        .withLastTransitionTime("2026-01-01T00:00:00Z")
        .build();
  }
}
