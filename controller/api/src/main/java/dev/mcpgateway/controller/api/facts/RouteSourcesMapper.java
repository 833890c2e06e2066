package dev.mcpgateway.controller.api.facts;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.AllowedRoutes;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteNamespaces;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads from a Gateway's listeners whose HTTPRoutes they may let in. */
final class RouteSourcesMapper {
  /** The API server puts it on every namespace, with its name, and lets nobody change it. */
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private static final RouteSources ANYWHERE = new RouteSources.Anywhere();

  private RouteSourcesMapper() {}

  static RouteSources of(Stream<Listener> listeners, String ownNamespace) {
    return listeners.map(l -> of(l, ownNamespace)).reduce(RouteSources.nowhere(), RouteSources::or);
  }

  private static RouteSources of(Listener listener, String ownNamespace) {
    AllowedRoutes allowed = listener.getAllowedRoutes();
    RouteNamespaces namespaces = allowed == null ? null : allowed.getNamespaces();
    String from = namespaces == null ? null : namespaces.getFrom();
    return switch (requireNonNullElse(from, "Same")) {
      case "Same" -> named(Set.of(ownNamespace));
      case "None" -> RouteSources.nowhere();
      case "Selector" -> of(namespaces == null ? null : namespaces.getSelector());
      // "All", and what a later Gateway API may add.
      default -> ANYWHERE;
    };
  }

  /** Requirements on the namespace's name; those on other labels can only leave out more. */
  private static RouteSources of(@Nullable LabelSelector selector) {
    if (selector == null) {
      return ANYWHERE;
    }
    Map<String, String> labels = requireNonNullElse(selector.getMatchLabels(), Map.of());
    String name = labels.get(NAME_LABEL);
    List<LabelSelectorRequirement> requirements =
        requireNonNullElse(selector.getMatchExpressions(), List.of());
    return requirements.stream()
        .filter(r -> NAME_LABEL.equals(r.getKey()) && "In".equals(r.getOperator()))
        .map(r -> named(Set.copyOf(requireNonNullElse(r.getValues(), List.of()))))
        .reduce(name == null ? ANYWHERE : named(Set.of(name)), RouteSources::and);
  }

  private static RouteSources named(Set<String> namespaces) {
    return new RouteSources.Namespaces(namespaces);
  }
}
