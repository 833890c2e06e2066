package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one total order of decision 7: permitted before not permitted, then creationTimestamp,
 * namespace/name, UID. The smallest wins. Terminating extensions do not compete.
 */
public final class Precedence {
  private Precedence() {}

  /** The order itself, over the world's grants. */
  public static Comparator<ExtensionFacts> order(World world) {
    return Comparator.<ExtensionFacts, Boolean>comparing(e -> !Grants.permitted(e, world))
        .thenComparing(ExtensionFacts::created)
        .thenComparing(ExtensionFacts::key)
        .thenComparing(ExtensionFacts::uid);
  }

  /** The extension that holds a namespace. */
  public static Optional<ExtensionFacts> namespaceWinner(String namespace, World world) {
    return world.winners().holder(namespace, n -> live(world.extensionsIn(n)).min(order(world)));
  }

  /**
   * The extension that holds a Gateway: the first of the permitted ones that hold their namespace.
   */
  public static Optional<ExtensionFacts> gatewayWinner(ObjectKey gateway, World world) {
    return world
        .winners()
        .ofGateway(
            gateway,
            g ->
                live(world.extensionsClaiming(g))
                    .filter(e -> holdsItsNamespace(e, world))
                    .filter(e -> Grants.permitted(e, world))
                    .min(order(world)));
  }

  static boolean holdsItsNamespace(ExtensionFacts extension, World world) {
    return namespaceWinner(extension.key().namespace(), world)
        .map(winner -> winner.key().equals(extension.key()))
        .orElse(false);
  }

  /**
   * Whether a terminating extension may have held what {@code candidate} claims: it comes first,
   * and nobody of its namespace, terminating or not, comes before it.
   */
  static boolean heldBefore(ExtensionFacts terminating, ExtensionFacts candidate, World world) {
    return order(world).compare(terminating, candidate) < 0
        && world
            .winners()
            .first(terminating.key().namespace(), n -> world.extensionsIn(n).min(order(world)))
            .filter(terminating::equals)
            .isPresent();
  }

  static Stream<ExtensionFacts> live(Stream<ExtensionFacts> extensions) {
    return extensions.filter(e -> !e.deleting());
  }
}
