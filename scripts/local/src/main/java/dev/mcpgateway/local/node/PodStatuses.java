package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Computes a pod's status from its containers, as a kubelet reports it. */
final class PodStatuses {
  private static final Set<String> OWN =
      Set.of(
          "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready", "PodScheduled");

  private PodStatuses() {}

  /** Fixed facts of a pod on this node. */
  record Place(String nodeIp, String podIp, Instant since) {}

  /**
   * @param before the conditions reported so far, for their transition times; conditions of others
   *     are kept
   * @param mounted whether the volumes are in place
   */
  static PodStatus of(
      Pod pod,
      Place place,
      boolean mounted,
      List<ContainerView> init,
      List<ContainerView> main,
      List<PodCondition> before,
      Instant now) {
    var unready = main.stream().filter(c -> !c.ready()).map(ContainerView::name).toList();
    boolean initialized = init.stream().allMatch(c -> c.succeeded() || c.started());
    var phase = phase(init, main);
    boolean done = phase.equals("Succeeded");
    var why = unready.isEmpty() ? "" : "containers with unready status: " + unready;
    var reason = unready.isEmpty() ? "" : done ? "PodCompleted" : "ContainersNotReady";
    var conditions = new ArrayList<PodCondition>();
    conditions.add(condition("PodReadyToStartContainers", mounted, "", "", before, now));
    conditions.add(condition("Initialized", initialized, "", "", before, now));
    conditions.add(condition("ContainersReady", unready.isEmpty(), reason, why, before, now));
    conditions.add(
        condition("Ready", unready.isEmpty() && gatesOpen(pod, before), reason, why, before, now));
    conditions.add(condition("PodScheduled", true, "", "", before, now));
    before.stream().filter(c -> !own(c)).forEach(conditions::add);
    return new PodStatusBuilder()
        .withPhase(phase)
        .withObservedGeneration(pod.getMetadata().getGeneration())
        .withHostIP(place.nodeIp())
        .addNewHostIP(place.nodeIp())
        .withPodIP(place.podIp())
        .addNewPodIP(place.podIp())
        .withStartTime(time(place.since()))
        .withInitContainerStatuses(init.stream().map(PodStatuses::status).toList())
        .withContainerStatuses(main.stream().map(PodStatuses::status).toList())
        .withConditions(conditions)
        .build();
  }

  static String phase(List<ContainerView> init, List<ContainerView> main) {
    if (init.stream().anyMatch(c -> c.finished() && !c.succeeded())) {
      return "Failed";
    }
    if (!main.isEmpty() && main.stream().allMatch(ContainerView::finished)) {
      return main.stream().allMatch(ContainerView::succeeded) ? "Succeeded" : "Failed";
    }
    boolean everRan =
        main.stream().anyMatch(c -> !(c.state() instanceof RunState.Waiting) || c.restarts() > 0);
    return everRan ? "Running" : "Pending";
  }

  private static boolean gatesOpen(Pod pod, List<PodCondition> conditions) {
    Map<String, String> status =
        conditions.stream()
            .collect(Collectors.toMap(PodCondition::getType, PodCondition::getStatus, (a, b) -> b));
    return pod.getSpec().getReadinessGates().stream()
        .allMatch(g -> "True".equals(status.get(g.getConditionType())));
  }

  private static PodCondition condition(
      String type,
      boolean value,
      String reason,
      String message,
      List<PodCondition> before,
      Instant now) {
    var status = value ? "True" : "False";
    var since =
        before.stream()
            .filter(c -> c.getType().equals(type) && c.getStatus().equals(status))
            .map(PodCondition::getLastTransitionTime)
            .findFirst()
            .orElse(time(now));
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withLastTransitionTime(since)
        .withReason(value || reason.isEmpty() ? null : reason)
        .withMessage(value || message.isEmpty() ? null : message)
        .build();
  }

  private static ContainerStatus status(ContainerView c) {
    return new ContainerStatusBuilder()
        .withName(c.name())
        .withImage(c.image())
        .withImageID(c.image())
        .withContainerID(c.pid() == 0 ? null : "process://" + c.pid())
        .withState(state(c.state()))
        .withLastState(state(c.last()))
        .withRestartCount(c.restarts())
        .withStarted(c.started())
        .withReady(c.ready())
        .build();
  }

  private static ContainerState state(@Nullable RunState state) {
    var builder = new ContainerStateBuilder();
    return switch (state) {
      case null -> builder.build();
      case RunState.Waiting w ->
          builder
              .withNewWaiting()
              .withReason(w.reason())
              .withMessage(w.message().isEmpty() ? null : w.message())
              .endWaiting()
              .build();
      case RunState.Running r ->
          builder.withNewRunning().withStartedAt(time(r.since())).endRunning().build();
      case RunState.Terminated t ->
          builder
              .withNewTerminated()
              .withExitCode(t.exitCode())
              .withReason(t.reason())
              .withMessage(t.message().isEmpty() ? null : t.message())
              .withStartedAt(time(t.started()))
              .withFinishedAt(time(t.finished()))
              .endTerminated()
              .build();
    };
  }

  /** Whether a condition is one a kubelet sets. */
  static boolean own(PodCondition condition) {
    return OWN.contains(condition.getType());
  }

  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
