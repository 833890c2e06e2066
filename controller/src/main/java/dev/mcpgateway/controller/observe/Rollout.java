package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.controller.delivery.ReplicaState;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the stored configuration of an instance, or a part of it, has come among its broker
 * replicas.
 *
 * @param replicas that are ready
 * @param current of them, those that have acknowledged its version and hash, or run the same part
 * @param unheard of them, those of which nothing is known yet: they have neither reported nor
 *     failed. After a change of leaders that is all of them
 * @param trouble what keeps one of the others from it, null when nothing is known to
 */
public record Rollout(int replicas, int current, int unheard, @Nullable Trouble trouble) {
  /** Nobody is there to take a configuration. */
  public static final Rollout NOBODY = new Rollout(0, 0, null);

  /** Of replicas all of which have been heard of. */
  public Rollout(int replicas, int current, @Nullable Trouble trouble) {
    this(replicas, current, 0, trouble);
  }

  /** Why a replica does not run the stored configuration. */
  public sealed interface Trouble {
    String pod();

    /** For people. */
    String why();
  }

  /** It keeps another one, because this one is of no use to it. */
  public record Refused(String pod, String why) implements Trouble {}

  /** It could not be reached, or not be given its configuration. */
  public record Undelivered(String pod, String why) implements Trouble {}

  /** Both instances together. */
  public Rollout and(Rollout other) {
    return new Rollout(
        replicas + other.replicas,
        current + other.current,
        unheard + other.unheard,
        trouble == null ? other.trouble : trouble);
  }

  /** Compares what replicas report with what is stored. */
  static Rollout of(List<ReplicaState> replicas, @Nullable StoredConfig stored) {
    return of(replicas, stored, Set.of());
  }

  /**
   * The same for a part of the configuration.
   *
   * @param others pods that are as good as current, because what they run has the same part
   */
  static Rollout of(
      List<ReplicaState> replicas, @Nullable StoredConfig stored, Set<String> others) {
    List<ReplicaState> behind =
        replicas.stream()
            .filter(r -> !current(r, stored) && !others.contains(r.pod()))
            .sorted(Comparator.comparing(ReplicaState::pod))
            .toList();
    return new Rollout(
        replicas.size(),
        replicas.size() - behind.size(),
        (int) behind.stream().filter(r -> r.report() == null && r.error() == null).count(),
        behind.stream().flatMap(r -> trouble(r).stream()).findFirst().orElse(null));
  }

  /** Whether a replica runs exactly what is stored. */
  static boolean current(ReplicaState replica, @Nullable StoredConfig stored) {
    BrokerReport report = replica.heard();
    return report != null
        && stored != null
        && report.version() == stored.version()
        && report.hash().equals(stored.hash());
  }

  /** Whether every replica is current, and there is one. */
  public boolean complete() {
    return replicas > 0 && current == replicas;
  }

  /** Whether the first word of a replica is still awaited. */
  public boolean awaited() {
    return unheard > 0;
  }

  /** Whether replicas are expected to catch up in a moment. */
  public boolean catchingUp() {
    return current < replicas && trouble == null;
  }

  private static Optional<Trouble> trouble(ReplicaState replica) {
    BrokerReport report = replica.heard();
    if (report != null && report.configError() != null) {
      return Optional.of(new Refused(replica.pod(), report.configError()));
    }
    return Optional.ofNullable(replica.error()).map(why -> new Undelivered(replica.pod(), why));
  }
}
