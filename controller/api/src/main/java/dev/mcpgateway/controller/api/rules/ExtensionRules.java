package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The chain of rules for an MCPGatewayExtension, the same for admission and for reconciliation:
 * namespace, predecessor, grant, existence, Gateway. The grant is judged before existence, so that
 * nobody can probe Gateways they may not reference.
 */
public final class ExtensionRules {
  private ExtensionRules() {}

  /** How the candidate stands to the others that claim the same thing. */
  public enum Standing {
    /**
     * Not stored yet, or about to change its claim: whoever claims already comes first (decision
     * 6).
     */
    NEWCOMER,
    /** Stored: {@link Precedence} decides. */
    INCUMBENT
  }

  /**
   * Judges one extension. "Self" is namespace/name: the world's own copy of the candidate never
   * stands against it.
   *
   * @return every violation in the order of the chain; none for a terminating extension
   */
  public static Verdict judge(ExtensionFacts candidate, Standing standing, World world) {
    if (candidate.deleting()) {
      return new Verdict(List.of());
    }
    List<Violation> violations = new ArrayList<>();
    namespaceHolder(candidate, standing, world)
        .ifPresent(h -> violations.add(new Violation.NamespaceTaken(candidate.key(), h)));
    predecessor(candidate, standing, world)
        .ifPresent(p ->
            violations.add(
                new Violation.PredecessorTerminating(
                    p, p.namespace().equals(candidate.key().namespace()))));
    if (!Grants.permitted(candidate, world)) {
      violations.add(new Violation.NotPermitted(candidate.gateway(), candidate.key().namespace()));
    } else if (world.gateway(candidate.gateway()).isEmpty()) {
      violations.add(new Violation.GatewayMissing(candidate.gateway()));
    }
    gatewayHolder(candidate, standing, world)
        .ifPresent(h -> violations.add(new Violation.GatewayTaken(candidate.gateway(), h)));
    return new Verdict(violations);
  }

  private static Optional<ObjectKey> namespaceHolder(
      ExtensionFacts candidate, Standing standing, World world) {
    String namespace = candidate.key().namespace();
    return switch (standing) {
      case NEWCOMER ->
          others(candidate, Precedence.live(world.extensionsIn(namespace)))
              .min(Precedence.order(world))
              .map(ExtensionFacts::key);
      case INCUMBENT ->
          Precedence.namespaceWinner(namespace, world)
              .map(ExtensionFacts::key)
              .filter(k -> !k.equals(candidate.key()));
    };
  }

  private static Optional<ObjectKey> gatewayHolder(
      ExtensionFacts candidate, Standing standing, World world) {
    return switch (standing) {
      case NEWCOMER ->
          // A second extension of the same namespace is NamespaceTaken, whatever it claims.
          others(candidate, Precedence.live(world.extensionsClaiming(candidate.claimKey())))
              .filter(e -> !e.key().namespace().equals(candidate.key().namespace()))
              .filter(e -> Grants.permitted(e, world))
              .min(Precedence.order(world))
              .map(ExtensionFacts::key);
      case INCUMBENT ->
          Precedence.gatewayWinner(candidate.claimKey(), world)
              .map(ExtensionFacts::key)
              .filter(k -> !k.namespace().equals(candidate.key().namespace()));
    };
  }

  private static Optional<ObjectKey> predecessor(
      ExtensionFacts candidate, Standing standing, World world) {
    Stream<ExtensionFacts> sameNamespace = world.extensionsIn(candidate.key().namespace());
    Stream<ExtensionFacts> sameGateway =
        world
            .extensionsClaiming(candidate.claimKey())
            .filter(ExtensionFacts::deleting)
            .filter(e -> Grants.permitted(e, world) && Grants.permitted(candidate, world));
    Stream<ExtensionFacts> terminating =
        others(candidate, Stream.concat(sameNamespace, sameGateway))
            .filter(ExtensionFacts::deleting);
    Stream<ExtensionFacts> predecessors =
        switch (standing) {
          case NEWCOMER -> terminating;
          // Others never had what it holds: by terminating they take nothing from it.
          case INCUMBENT -> terminating.filter(e -> Precedence.heldBefore(e, candidate, world));
        };
    return predecessors.min(Precedence.order(world)).map(ExtensionFacts::key);
  }

  private static Stream<ExtensionFacts> others(
      ExtensionFacts candidate, Stream<ExtensionFacts> extensions) {
    return extensions.filter(e -> !e.key().equals(candidate.key()));
  }
}
