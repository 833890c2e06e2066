package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Who comes first in one world, found once: every extension is judged against them, and a tenant
 * may make thousands that claim the same.
 */
final class Winners {
  private final Map<String, ExtensionFacts> holders = new ConcurrentHashMap<>();
  private final Map<String, ExtensionFacts> firsts = new ConcurrentHashMap<>();
  private final Map<ObjectKey, ExtensionFacts> ofGateways = new ConcurrentHashMap<>();

  /** The live extension that holds a namespace. */
  Optional<ExtensionFacts> holder(
      String namespace, Function<String, Optional<ExtensionFacts>> find) {
    return remembered(holders, namespace, find);
  }

  /** The first extension of a namespace, terminating or not. */
  Optional<ExtensionFacts> first(
      String namespace, Function<String, Optional<ExtensionFacts>> find) {
    return remembered(firsts, namespace, find);
  }

  /** The live extension that holds a Gateway. */
  Optional<ExtensionFacts> ofGateway(
      ObjectKey gateway, Function<ObjectKey, Optional<ExtensionFacts>> find) {
    return remembered(ofGateways, gateway, find);
  }

  /** That there is none is not remembered: keys that anybody can invent must take no room. */
  private static <K> Optional<ExtensionFacts> remembered(
      Map<K, ExtensionFacts> known, K key, Function<K, Optional<ExtensionFacts>> find) {
    ExtensionFacts present = known.get(key);
    if (present != null) {
      return Optional.of(present);
    }
    Optional<ExtensionFacts> found = find.apply(key);
    found.ifPresent(winner -> known.put(key, winner));
    return found;
  }
}
