package dev.mcpgateway.webhook.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.rules.World;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Small worlds and reviews for tests. */
final class Reviews {
  static final ObjectKey GATEWAY = new ObjectKey("gateway-system", "gw");

  private Reviews() {}

  static ExtensionFacts extension(String key, String gateway) {
    return new ExtensionFacts(
        key(key), "uid-" + key, Instant.parse("2026-01-01T00:00:00Z"), false, key(gateway), 1);
  }

  static ExtensionFacts deleting(ExtensionFacts e) {
    return new ExtensionFacts(e.key(), e.uid(), e.created(), true, e.gateway(), 2);
  }

  static ObjectKey key(String text) {
    int slash = text.indexOf('/');
    return new ObjectKey(text.substring(0, slash), text.substring(slash + 1));
  }

  static GrantFacts grant(String gateway, String fromNamespace) {
    ObjectKey target = key(gateway);
    return new GrantFacts(
        new ObjectKey(target.namespace(), "allow-" + fromNamespace),
        List.of(new GrantFacts.From("mcp.kagenti.com", "MCPGatewayExtension", fromNamespace)),
        List.of(new GrantFacts.To("gateway.networking.k8s.io", "Gateway", target.name())));
  }

  /** Extensions, grants and gateways, told apart by type. */
  static World world(Object... facts) {
    return World.builder()
        .extensions(of(ExtensionFacts.class, ExtensionFacts::key, facts))
        .grants(of(GrantFacts.class, GrantFacts::key, facts))
        .gateways(of(GatewayFacts.class, GatewayFacts::key, facts))
        .gatewayClasses(Map.of("istio", new GatewayClassFacts("istio", true)))
        .build();
  }

  static GatewayFacts gateway(String gateway) {
    return new GatewayFacts(key(gateway), "istio", List.of("mcp"), new RouteSources.Anywhere());
  }

  static AdmissionRequest request(AdmissionRequest.Operation operation, ObjectKey object) {
    return new AdmissionRequest(
        "uid", "alice", "mcp.kagenti.com", "MCPGatewayExtension", operation, object, "", false);
  }

  static AdmissionCase creation(ExtensionFacts after) {
    return new AdmissionCase.Extension(
        request(AdmissionRequest.Operation.CREATE, after.key()), null, after);
  }

  static AdmissionCase update(ExtensionFacts before, ExtensionFacts after) {
    return new AdmissionCase.Extension(
        request(AdmissionRequest.Operation.UPDATE, after.key()), before, after);
  }

  /** A CREATE as the API server sends it. */
  static String createReview(String uid, String namespace, String name, String gateway) {
    return """
    {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"%1$s",
    "kind":{"group":"mcp.kagenti.com","version":"v1alpha1","kind":"MCPGatewayExtension"},
    "resource":{"group":"mcp.kagenti.com","version":"v1alpha1","resource":"mcpgatewayextensions"},
    "name":"%3$s","namespace":"%2$s","operation":"CREATE","userInfo":{"username":"alice","groups":["x"]},
    "object":{"apiVersion":"mcp.kagenti.com/v1alpha1","kind":"MCPGatewayExtension",
    "metadata":{"name":"%3$s","namespace":"%2$s","uid":"o-1","creationTimestamp":"2026-01-01T00:00:00Z"},
    "spec":{"targetRef":{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"%4$s"}}},
    "oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}
    """
        .formatted(uid, namespace, name, gateway);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static <T> Map<ObjectKey, T> of(
      Class<T> type, Function<T, ObjectKey> key, Object... facts) {
    return Stream.of(facts)
        .filter(type::isInstance)
        .map(type::cast)
        .collect(Collectors.toMap(key, Function.identity()));
  }
}
