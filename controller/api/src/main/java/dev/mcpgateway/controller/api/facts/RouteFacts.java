package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An HTTPRoute.
 *
 * @param parents Gateways named in {@code spec.parentRefs}
 * @param accepted those of the parents that their own controller reports as {@code Accepted=True}
 *     and nobody as refused; entries of this project are left out
 * @param refused parents that their own controller reports as {@code Accepted=False}
 * @param programmed parents that an entry of this project reports as {@code Programmed=True}
 * @param entries how many entries of this project its status has, whatever they say
 * @param rules backends of each rule, in order
 */
public record RouteFacts(
    ObjectKey key,
    long generation,
    List<String> hostnames,
    List<Parent> parents,
    List<Parent> accepted,
    List<Parent> refused,
    List<Parent> programmed,
    int entries,
    List<Rule> rules) {
  public RouteFacts {
    hostnames = List.copyOf(hostnames);
    parents = List.copyOf(parents);
    accepted = List.copyOf(accepted);
    refused = List.copyOf(refused);
    programmed = List.copyOf(programmed);
    rules = List.copyOf(rules);
  }

  /**
   * The Gateways this route is attached to as far as its author can tell: those it names, less
   * those that have refused it. A route nobody has looked at yet counts.
   */
  public List<ObjectKey> attached() {
    return gateways(parents.stream().filter(p -> !refused.contains(p)));
  }

  /** The Gateways that have let this route in. */
  public List<ObjectKey> acceptedBy() {
    return gateways(accepted.stream());
  }

  private static List<ObjectKey> gateways(Stream<Parent> parents) {
    return parents.map(Parent::gateway).distinct().sorted().toList();
  }

  /** A Gateway, and the listener or the port when one is named. */
  public record Parent(ObjectKey gateway, @Nullable String sectionName, @Nullable Integer port) {
    /** Whatever the port. */
    public Parent(ObjectKey gateway, @Nullable String sectionName) {
      this(gateway, sectionName, null);
    }
  }

  /** One routing rule. */
  public record Rule(List<Backend> backends) {
    public Rule {
      backends = List.copyOf(backends);
    }
  }

  /**
   * A backendRef with its group and kind defaulted to core/Service and its namespace to the
   * route's.
   */
  public record Backend(String group, String kind, ObjectKey target, @Nullable Integer port) {}
}
