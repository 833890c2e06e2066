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
  private final Map<String, Optional<ExtensionFacts>> holders = new ConcurrentHashMap<>();
  private final Map<String, Optional<ExtensionFacts>> firsts = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Optional<ExtensionFacts>> ofGateways = new ConcurrentHashMap<>();

  /** The live extension that holds a namespace. */
  Optional<ExtensionFacts> holder(
      String namespace, Function<String, Optional<ExtensionFacts>> find) {
    return holders.computeIfAbsent(namespace, find);
  }

  /** The first extension of a namespace, terminating or not. */
  Optional<ExtensionFacts> first(
      String namespace, Function<String, Optional<ExtensionFacts>> find) {
    return firsts.computeIfAbsent(namespace, find);
  }

  /** The live extension that holds a Gateway. */
  Optional<ExtensionFacts> ofGateway(
      ObjectKey gateway, Function<ObjectKey, Optional<ExtensionFacts>> find) {
    return ofGateways.computeIfAbsent(gateway, find);
  }
}
