package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.Sentence;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.Precedence;
import dev.mcpgateway.controller.api.rules.World;
import java.util.List;
import java.util.Optional;

/**
 * What there is to say about an EnvoyFilter with an instance's router: it must not sit in a Gateway
 * that another namespace holds, or the holder's traffic would pass through it.
 */
final class RouterFilterFindings {
  private RouterFilterFindings() {}

  /** Another namespace holds the Gateway; messages name neither it nor its extension. */
  record ForeignRouter(ObjectKey gateway, String instance, ObjectKey holder) {}

  static List<Finding> of(RouterFilterFacts filter, World world) {
    if (filter.deleting() || filter.instance().isEmpty()) {
      return List.of();
    }
    return filter.gateways().stream()
        .sorted()
        .flatMap(gateway -> foreign(gateway, filter.instance(), world).stream())
        .map(foreign -> Finding.denial(foreign, sentence(foreign)))
        .toList();
  }

  private static Optional<ForeignRouter> foreign(ObjectKey gateway, String instance, World world) {
    return Precedence.gatewayWinner(gateway, world)
        .map(ExtensionFacts::key)
        .filter(holder -> !holder.namespace().equals(instance))
        .map(holder -> new ForeignRouter(gateway, instance, holder));
  }

  private static Sentence sentence(ForeignRouter foreign) {
    return new Sentence(
        "Gateway %s is already the target of another MCPGatewayExtension, and this EnvoyFilter would lead its traffic through the router of namespace %s."
            .formatted(foreign.gateway(), foreign.instance()),
        "Choose another Gateway, or have the other extension removed first.");
  }
}
