package dev.mcpgateway.webhook.admission;

import static java.util.Objects.requireNonNullElse;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An EnvoyFilter that brings an instance's router into Gateways (decision 15).
 *
 * @param gateways whose proxies it changes, as far as it names them
 * @param instance the namespace whose router it is, empty when the label is not set
 */
record RouterFilterFacts(
    ObjectKey key, boolean deleting, Set<ObjectKey> gateways, String instance) {
  /** Label with the namespace of the router, set by the chart. */
  static final String INSTANCE_LABEL = McpGroup.INSTANCE_NAMESPACE_LABEL;

  /** Label with the name of the Gateway, set by the chart, so that its routers can be found. */
  static final String TARGET_LABEL = McpGroup.GATEWAY_LABEL;

  /** Label of a Gateway's pods (Gateway API, infrastructure labels). */
  static final String GATEWAY_LABEL = "gateway.networking.k8s.io/gateway-name";

  RouterFilterFacts {
    gateways = Set.copyOf(gateways);
  }

  /**
   * From an object. It names Gateways by what its selector wants, by its references, or, where
   * neither does, by the label that says what it was made for: it may change all proxies then.
   */
  static RouterFilterFacts of(RouterFilter object) {
    ObjectKey key = FactsMapper.key(object);
    Map<String, String> labels = requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    List<String> chosen = chosen(object.getSpec());
    List<String> names = chosen.isEmpty() ? List.of(labels.getOrDefault(TARGET_LABEL, "")) : chosen;
    return new RouterFilterFacts(
        key,
        object.getMetadata().getDeletionTimestamp() != null,
        names.stream()
            .filter(name -> !name.isEmpty())
            .map(name -> new ObjectKey(key.namespace(), name))
            .collect(Collectors.toSet()),
        labels.getOrDefault(INSTANCE_LABEL, ""));
  }

  private static List<String> chosen(RouterFilter.@Nullable Spec spec) {
    if (spec == null) {
      return List.of();
    }
    RouterFilter.WorkloadSelector selector = spec.workloadSelector();
    Map<String, String> wanted =
        selector == null ? Map.of() : requireNonNullElse(selector.labels(), Map.of());
    Stream<String> referred =
        requireNonNullElse(spec.targetRefs(), List.<RouterFilter.TargetRef>of()).stream()
            .filter(ref ->
                McpGroup.GATEWAY_GROUP.equals(ref.group())
                    && McpGroup.GATEWAY_KIND.equals(ref.kind()))
            .map(ref -> requireNonNullElse(ref.name(), ""));
    return Stream.concat(Stream.of(wanted.getOrDefault(GATEWAY_LABEL, "")), referred)
        .filter(name -> !name.isEmpty())
        .toList();
  }
}
