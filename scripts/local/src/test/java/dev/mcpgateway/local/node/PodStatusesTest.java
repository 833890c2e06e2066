package dev.mcpgateway.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodStatusesTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant T1 = T0.plusSeconds(60);
  private static final RunState RUNNING = new RunState.Running(T0);

  @Test
  void aPodIsPendingUntilAContainerHasRun() {
    var waiting = ContainerView.waiting("c", "app", "ContainerCreating", "secret \"x\" not found");
    var status = status(List.of(), List.of(waiting), List.of(), T0);
    assertThat(status.getPhase()).isEqualTo("Pending");
    assertThat(status.getContainerStatuses().getFirst().getState().getWaiting().getMessage())
        .contains("not found");
    assertThat(condition(status, "Ready").getStatus()).isEqualTo("False");
    assertThat(condition(status, "Ready").getReason()).isEqualTo("ContainersNotReady");
  }

  @Test
  void aPodIsReadyWhenAllItsContainersAre() {
    var status =
        status(List.of(), List.of(view(RUNNING, true), view(RUNNING, true)), List.of(), T0);
    assertThat(status.getPhase()).isEqualTo("Running");
    assertThat(condition(status, "Ready").getStatus()).isEqualTo("True");
    assertThat(status.getPodIP()).isEqualTo("10.244.0.2");
    assertThat(
            condition(
                    status(
                        List.of(),
                        List.of(view(RUNNING, true), view(RUNNING, false)),
                        List.of(),
                        T0),
                    "Ready")
                .getMessage())
        .contains("[c]");
  }

  @Test
  void aConditionKeepsItsTimeUntilItChanges() {
    var first = status(List.of(), List.of(view(RUNNING, true)), List.of(), T0);
    var same = status(List.of(), List.of(view(RUNNING, true)), first.getConditions(), T1);
    assertThat(condition(same, "Ready").getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
    var other = status(List.of(), List.of(view(RUNNING, false)), first.getConditions(), T1);
    assertThat(condition(other, "Ready").getLastTransitionTime()).isEqualTo("2026-01-01T00:01:00Z");
  }

  @Test
  void conditionsOfOthersAreKept() {
    var foreign = new PodConditionBuilder().withType("DisruptionTarget").withStatus("True").build();
    var status = status(List.of(), List.of(view(RUNNING, true)), List.of(foreign), T0);
    assertThat(status.getConditions()).contains(foreign);
  }

  @Test
  void aPodThatDoesNotRestartEndsAsSucceededOrFailed() {
    assertThat(status(List.of(), List.of(ended(0), ended(0)), List.of(), T0).getPhase())
        .isEqualTo("Succeeded");
    assertThat(status(List.of(), List.of(ended(0), ended(1)), List.of(), T0).getPhase())
        .isEqualTo("Failed");
    assertThat(status(List.of(ended(1)), List.of(view(RUNNING, true)), List.of(), T0).getPhase())
        .isEqualTo("Failed");
  }

  @Test
  void aRestartedContainerShowsHowItEndedBefore() {
    var last = new RunState.Terminated(137, "Error", "", T0, T1);
    var view = new ContainerView("c", "app", 42, RUNNING, last, 3, true, true, false);
    var container =
        status(List.of(), List.of(view), List.of(), T0).getContainerStatuses().getFirst();
    assertThat(container.getRestartCount()).isEqualTo(3);
    assertThat(container.getLastState().getTerminated().getExitCode()).isEqualTo(137);
    assertThat(container.getState().getRunning().getStartedAt()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(container.getContainerID()).isEqualTo("process://42");
  }

  private static ContainerView view(RunState state, boolean ready) {
    return view(state, ready, null);
  }

  private static ContainerView view(
      RunState state, boolean ready, RunState.@Nullable Terminated last) {
    return new ContainerView("c", "app", 1, state, last, 0, true, ready, false);
  }

  private static ContainerView ended(int code) {
    return new ContainerView(
        "c", "app", 0, new RunState.Terminated(code, "", "", T0, T1), null, 0, false, false, true);
  }

  private static PodStatus status(
      List<ContainerView> init, List<ContainerView> main, List<PodCondition> before, Instant now) {
    var pod =
        Serialization.unmarshal(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, generation: 1}\nspec: {containers: [{name: c}]}",
            Pod.class);
    var place = new PodStatuses.Place("10.244.0.1", "10.244.0.2", T0);
    return PodStatuses.of(pod, place, true, init, main, before, now);
  }

  private static PodCondition condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(c -> c.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
