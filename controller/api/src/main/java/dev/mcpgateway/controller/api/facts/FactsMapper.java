package dev.mcpgateway.controller.api.facts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.model.CredentialRef;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.TargetRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects to facts. The only place that handles nulls and defaults, so that the webhook (which sees
 * objects before they are stored) and the controller (which sees them afterwards) cannot differ in
 * it.
 */
public final class FactsMapper {
  /**
   * controllerName under which this project writes into {@code HTTPRoute.status.parents} (decision
   * 13).
   */
  public static final String ROUTE_CONTROLLER_NAME = "mcp.kagenti.com/mcp-controller";

  /** Base64 takes four characters for three bytes, and fills up the last four. */
  private static final int MAX_ENCODED_VALUE = (CredentialFacts.MAX_VALUE + 2) / 3 * 4;

  /** Characters kept of an annotation; it may have 256 KiB. */
  private static final int MAX_ANNOTATION = 256;

  private static final String DEFAULT_PATH = "/mcp";
  private static final String DEFAULT_CREDENTIAL_KEY = "token";

  private FactsMapper() {}

  /** Facts of an extension; an absent target namespace is the extension's own. */
  public static ExtensionFacts extension(MCPGatewayExtension object) {
    ObjectKey key = key(object);
    TargetRef target = object.getSpec() == null ? null : object.getSpec().targetRef();
    return new ExtensionFacts(
        key,
        requireNonNullElse(object.getMetadata().getUid(), ""),
        created(object.getMetadata()),
        object.getMetadata().getDeletionTimestamp() != null,
        target(target, key.namespace()),
        generation(object.getMetadata()),
        annotation(object.getMetadata(), McpGroup.ROTATE_KEYS_ANNOTATION));
  }

  public static RegistrationFacts registration(MCPServerRegistration object) {
    ObjectKey key = key(object);
    TargetRef target = object.getSpec() == null ? null : object.getSpec().targetRef();
    String prefix = object.getSpec() == null ? null : object.getSpec().toolPrefix();
    String path = object.getSpec() == null ? null : object.getSpec().path();
    CredentialRef credential = object.getSpec() == null ? null : object.getSpec().credentialRef();
    return new RegistrationFacts(
        key,
        requireNonNullElse(object.getMetadata().getUid(), ""),
        created(object.getMetadata()),
        object.getMetadata().getDeletionTimestamp() != null,
        generation(object.getMetadata()),
        target(target, key.namespace()),
        requireNonNullElse(prefix, ""),
        path == null || path.isEmpty() ? DEFAULT_PATH : path,
        credential == null
            ? null
            : new RegistrationFacts.Credential(
                new ObjectKey(key.namespace(), requireNonNullElse(credential.name(), "")),
                requireNonNullElse(credential.key(), DEFAULT_CREDENTIAL_KEY)));
  }

  public static VirtualServerFacts virtualServer(MCPVirtualServer object) {
    List<String> tools = object.getSpec() == null ? null : object.getSpec().tools();
    return new VirtualServerFacts(
        key(object),
        requireNonNullElse(object.getMetadata().getUid(), ""),
        object.getMetadata().getDeletionTimestamp() != null,
        generation(object.getMetadata()),
        tools == null ? List.of() : tools);
  }

  public static GatewayFacts gateway(Gateway object) {
    ObjectKey key = key(object);
    String gatewayClass = object.getSpec() == null ? null : object.getSpec().getGatewayClassName();
    List<Listener> listeners =
        orEmpty(object.getSpec() == null ? null : object.getSpec().getListeners()).stream()
            .filter(l -> "HTTP".equals(l.getProtocol()) || "HTTPS".equals(l.getProtocol()))
            .toList();
    return new GatewayFacts(
        key,
        text(gatewayClass),
        listeners.stream().map(Listener::getName).filter(Objects::nonNull).toList(),
        RouteSourcesMapper.of(listeners.stream(), key.namespace()));
  }

  public static GatewayClassFacts gatewayClass(GatewayClass object) {
    var status = object.getStatus();
    return new GatewayClassFacts(
        text(object.getMetadata().getName()),
        orEmpty(status == null ? null : status.getConditions()).stream()
            .anyMatch(c -> "Accepted".equals(c.getType()) && "True".equals(c.getStatus())));
  }

  public static GrantFacts grant(ReferenceGrant object) {
    var spec = object.getSpec();
    return new GrantFacts(
        key(object),
        orEmpty(spec == null ? null : spec.getFrom()).stream()
            .map(f ->
                new GrantFacts.From(text(f.getGroup()), text(f.getKind()), text(f.getNamespace())))
            .toList(),
        orEmpty(spec == null ? null : spec.getTo()).stream()
            .map(t ->
                new GrantFacts.To(text(t.getGroup()), text(t.getKind()), emptyToNull(t.getName())))
            .toList());
  }

  public static RouteFacts route(HTTPRoute object) {
    ObjectKey key = key(object);
    var spec = object.getSpec();
    var status = object.getStatus();
    List<RouteFacts.Parent> parents =
        orEmpty(spec == null ? null : spec.getParentRefs()).stream()
            .filter(FactsMapper::isGateway)
            .map(p -> parent(p, key.namespace()))
            .toList();
    List<RouteFacts.Parent> refused = reported(status, false, "Accepted", "False", key.namespace());
    return new RouteFacts(
        key,
        generation(object.getMetadata()),
        orEmpty(spec == null ? null : spec.getHostnames()),
        parents,
        // A status may still tell of a parent that the spec has left.
        reported(status, false, "Accepted", "True", key.namespace()).stream()
            .filter(p -> parents.contains(p) && !refused.contains(p))
            .toList(),
        refused,
        reported(status, true, "Programmed", "True", key.namespace()),
        (int) entries(status).filter(FactsMapper::ours).count(),
        orEmpty(spec == null ? null : spec.getRules()).stream()
            .map(r ->
                new RouteFacts.Rule(
                    orEmpty(r.getBackendRefs()).stream()
                        .map(b -> backend(b, key.namespace()))
                        .toList()))
            .toList());
  }

  public static ServiceFacts service(Service object) {
    var spec = object.getSpec();
    boolean external = spec != null && "ExternalName".equals(spec.getType());
    return new ServiceFacts(
        key(object),
        external ? emptyToNull(spec.getExternalName()) : null,
        orEmpty(spec == null ? null : spec.getPorts()).stream()
            .filter(p -> p.getPort() != null)
            .map(p -> new ServiceFacts.Port(p.getPort(), text(p.getAppProtocol())))
            .toList());
  }

  /**
   * Facts of a labelled Secret, read as UTF-8; what is no text becomes characters that no header
   * may have, and the rules say so.
   */
  public static CredentialFacts credential(Secret object) {
    Map<String, String> data = object.getData() == null ? Map.of() : object.getData();
    Map<String, String> values = new HashMap<>();
    Set<String> tooLong = new HashSet<>();
    int size = 0;
    for (Map.Entry<String, String> entry : data.entrySet()) {
      size += entry.getKey().length();
      // What is much too long is not even decoded.
      boolean decodes = entry.getValue().length() <= MAX_ENCODED_VALUE;
      String value = decodes ? decoded(entry.getValue()) : "";
      if (!decodes || value.length() > CredentialFacts.MAX_VALUE) {
        tooLong.add(entry.getKey());
      } else {
        size += value.length();
        values.put(entry.getKey(), value);
      }
      if (size > CredentialFacts.MAX_SECRET) {
        return CredentialFacts.tooLarge(key(object));
      }
    }
    return new CredentialFacts(key(object), values, tooLong, false);
  }

  /** The key of any namespaced object; empty parts for what a create request has not named yet. */
  public static ObjectKey key(HasMetadata object) {
    return new ObjectKey(
        text(object.getMetadata().getNamespace()), text(object.getMetadata().getName()));
  }

  private static ObjectKey target(@Nullable TargetRef ref, String ownNamespace) {
    if (ref == null) {
      return new ObjectKey(ownNamespace, "");
    }
    String namespace = ref.namespace();
    return new ObjectKey(
        namespace == null || namespace.isEmpty() ? ownNamespace : namespace, text(ref.name()));
  }

  private static boolean isGateway(ParentReference ref) {
    return McpGroup.GATEWAY_GROUP.equals(requireNonNullElse(ref.getGroup(), McpGroup.GATEWAY_GROUP))
        && McpGroup.GATEWAY_KIND.equals(requireNonNullElse(ref.getKind(), McpGroup.GATEWAY_KIND));
  }

  /** A parent reference as facts; its namespace is the route's own when absent. */
  public static RouteFacts.Parent parent(ParentReference ref, String ownNamespace) {
    return new RouteFacts.Parent(
        new ObjectKey(requireNonNullElse(ref.getNamespace(), ownNamespace), text(ref.getName())),
        emptyToNull(ref.getSectionName()),
        ref.getPort());
  }

  private static List<RouteFacts.Parent> reported(
      @Nullable HTTPRouteStatus status,
      boolean byUs,
      String type,
      String value,
      String ownNamespace) {
    return entries(status)
        .filter(p -> ours(p) == byUs)
        .filter(p ->
            orEmpty(p.getConditions()).stream()
                .anyMatch(c -> type.equals(c.getType()) && value.equals(c.getStatus())))
        .map(RouteParentStatus::getParentRef)
        .filter(p -> p != null && isGateway(p))
        .map(p -> parent(p, ownNamespace))
        .distinct()
        .toList();
  }

  private static Stream<RouteParentStatus> entries(@Nullable HTTPRouteStatus status) {
    return orEmpty(status == null ? null : status.getParents()).stream();
  }

  private static boolean ours(RouteParentStatus entry) {
    return ROUTE_CONTROLLER_NAME.equals(entry.getControllerName());
  }

  private static RouteFacts.Backend backend(HTTPBackendRef ref, String ownNamespace) {
    return new RouteFacts.Backend(
        text(ref.getGroup()),
        requireNonNullElse(ref.getKind(), "Service"),
        new ObjectKey(requireNonNullElse(ref.getNamespace(), ownNamespace), text(ref.getName())),
        ref.getPort());
  }

  private static String annotation(ObjectMeta meta, String name) {
    String value = meta.getAnnotations() == null ? "" : text(meta.getAnnotations().get(name));
    return value.substring(0, Math.min(value.length(), MAX_ANNOTATION));
  }

  private static Instant created(ObjectMeta meta) {
    String created = meta.getCreationTimestamp();
    if (created == null || created.isEmpty()) {
      return Instant.MAX;
    }
    try {
      return Instant.parse(created);
    } catch (DateTimeParseException e) {
      // The API server sets this field; anything else sorts last and so cannot win.
      return Instant.MAX;
    }
  }

  private static long generation(ObjectMeta meta) {
    return requireNonNullElse(meta.getGeneration(), 0L);
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8).strip();
  }

  private static String text(@Nullable String value) {
    return requireNonNullElse(value, "");
  }

  private static @Nullable String emptyToNull(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
