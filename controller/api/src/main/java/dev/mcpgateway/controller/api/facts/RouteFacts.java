package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTPRoute.
 *
 * @param parents Gateways named in {@code spec.parentRefs}
 * @param accepted parents that their own controller reports as {@code Accepted=True}; entries of
 *     this project are left out
 * @param refused parents that their own controller reports as {@code Accepted=False}
 * @param programmed parents that an entry of this project reports as {@code Programmed=True}
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
    return parents.stream()
        .filter(p -> !refused.contains(p))
        .map(Parent::gateway)
        .distinct()
        .sorted()
        .toList();
  }

  /** A Gateway, and the listener when one is named. */
  public record Parent(ObjectKey gateway, @Nullable String sectionName) {}

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
