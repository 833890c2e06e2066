package dev.mcpgateway.controller;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.model.CredentialRef;
import dev.mcpgateway.controller.api.model.ExtensionSpec;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.RegistrationSpec;
import dev.mcpgateway.controller.api.model.TargetRef;
import dev.mcpgateway.controller.api.model.VirtualServerSpec;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ParentReference;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatusBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrantBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** What the tests do to a real API server, in the words of the guide. */
final class Cluster {
  /** Ready of a registration that lacks nothing but brokers. */
  static final String WITHOUT_BROKERS =
      "False NotReady No broker replica of the MCP gateway is ready.";

  /** Long enough for a slow and busy machine; whoever cares how fast it is measures. */
  static final Duration SOON = Duration.ofSeconds(30);

  private final KubernetesClient client;

  Cluster(KubernetesClient client) {
    this.client = client;
  }

  KubernetesClient client() {
    return client;
  }

  /** Our CRDs and the Gateway API's, established. */
  void installCrds() {
    apply(Path.of("..", "manifests", "crds"));
    apply(Path.of(System.getenv("GATEWAY_API_CRDS")));
  }

  private void apply(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        for (HasMetadata object : client.load(Files.newInputStream(file)).items()) {
          if (object instanceof CustomResourceDefinition crd) {
            client.resource(crd).serverSideApply();
            client
                .resource(crd)
                .waitUntilCondition(
                    c ->
                        c.getStatus() != null
                            && c.getStatus().getConditions() != null
                            && c.getStatus().getConditions().stream()
                                .anyMatch(x ->
                                    "Established".equals(x.getType())
                                        && "True".equals(x.getStatus())),
                    20,
                    TimeUnit.SECONDS);
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void namespace(String... names) {
    for (String name : names) {
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
  }

  Gateway gateway(String namespace, String name) {
    return client
        .resource(
            new GatewayBuilder()
                .withMetadata(meta(namespace, name))
                .withNewSpec()
                .withGatewayClassName("istio")
                .addNewListener()
                .withName("mcp")
                .withPort(8080)
                .withProtocol("HTTP")
                .endListener()
                .endSpec()
                .build())
        .create();
  }

  ReferenceGrant grant(String gatewayNamespace, String from, @Nullable String gateway) {
    return client
        .resource(
            new ReferenceGrantBuilder()
                .withMetadata(meta(gatewayNamespace, "allow-" + from + "-" + gateway))
                .withNewSpec()
                .addNewFrom(McpGroup.GROUP, McpGroup.EXTENSION_KIND, from)
                .addNewTo(McpGroup.GATEWAY_GROUP, McpGroup.GATEWAY_KIND, gateway)
                .endSpec()
                .build())
        .create();
  }

  MCPGatewayExtension extension(
      String namespace, String name, @Nullable String gatewayNamespace, String gateway) {
    MCPGatewayExtension extension = new MCPGatewayExtension();
    extension.setMetadata(meta(namespace, name));
    extension.setSpec(new ExtensionSpec(target("Gateway", gatewayNamespace, gateway)));
    return client.resource(extension).create();
  }

  /** A namespace with a Gateway {@code g} and the extension {@code e} that holds it. */
  MCPGatewayExtension instance(String namespace) {
    namespace(namespace);
    gateway(namespace, "g");
    MCPGatewayExtension extension = extension(namespace, "e", null, "g");
    isReadySoon(namespace, "e");
    return extension;
  }

  void retarget(String namespace, String name, @Nullable String gatewayNamespace, String gateway) {
    // A merge patch without a resourceVersion: the controller writes the status at the same time.
    MCPGatewayExtension change = new MCPGatewayExtension();
    change.setMetadata(meta(namespace, name));
    change.setSpec(new ExtensionSpec(target("Gateway", gatewayNamespace, gateway)));
    retrying(() -> client.resource(change).patch(PatchContext.of(PatchType.JSON_MERGE)));
  }

  /** A Service, an HTTPRoute to it that its Gateway has accepted, and a registration. */
  void server(String namespace, String name, String gatewayNamespace, String gateway) {
    service(namespace, name);
    route(namespace, name, gatewayNamespace, gateway);
    accept(namespace, name, true);
    registration(namespace, name, name + "_", null);
  }

  /** Without an address of its own: the API server of the tests has 254 of them to give. */
  void service(String namespace, String name) {
    client
        .resource(
            new ServiceBuilder()
                .withMetadata(meta(namespace, name))
                .withNewSpec()
                .withClusterIP("None")
                .addNewPort()
                .withPort(9090)
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  HTTPRoute route(String namespace, String name, String gatewayNamespace, String gateway) {
    return client
        .resource(
            new HTTPRouteBuilder()
                .withMetadata(meta(namespace, name))
                .withNewSpec()
                .withHostnames(name + "." + namespace + ".mcp.local")
                .addNewParentRef()
                .withNamespace(gatewayNamespace)
                .withName(gateway)
                .endParentRef()
                .addNewRule()
                .addNewBackendRef()
                .withName(name)
                .withPort(9090)
                .endBackendRef()
                .endRule()
                .endSpec()
                .build())
        .create();
  }

  /**
   * Plays a Gateway controller that reports on every parent of the route's specification and
   * forgets whatever else there was.
   */
  void accept(String namespace, String name, boolean accepted) {
    retrying(() -> report(namespace, name, accepted));
  }

  private void report(String namespace, String name, boolean accepted) {
    client
        .resources(HTTPRoute.class)
        .inNamespace(namespace)
        .withName(name)
        .editStatus(route ->
            new HTTPRouteBuilder(route)
                .withNewStatus()
                .withParents(
                    route.getSpec().getParentRefs().stream()
                        .map(parent -> judged(parent, accepted))
                        .toList())
                .endStatus()
                .build());
  }

  /** The entry of a Gateway controller that accepts a route. */
  static RouteParentStatus accepted(ParentReference parent) {
    return judged(parent, true);
  }

  private static RouteParentStatus judged(ParentReference parent, boolean accepted) {
    return new RouteParentStatusBuilder()
        .withControllerName("istio.io/gateway-controller")
        .withParentRef(parent)
        .withConditions(
            new ConditionBuilder()
                .withType("Accepted")
                .withStatus(accepted ? "True" : "False")
                .withReason(accepted ? "Accepted" : "NotAllowedByListeners")
                .withMessage("")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .build())
        .build();
  }

  MCPServerRegistration registration(
      String namespace, String name, String prefix, @Nullable CredentialRef credential) {
    return registration(namespace, name, name, prefix, credential);
  }

  MCPServerRegistration registration(
      String namespace,
      String route,
      String name,
      String prefix,
      @Nullable CredentialRef credential) {
    MCPServerRegistration registration = new MCPServerRegistration();
    registration.setMetadata(meta(namespace, name));
    registration.setSpec(
        new RegistrationSpec(target("HTTPRoute", null, route), prefix, null, credential));
    return client.resource(registration).create();
  }

  void virtualServer(String namespace, String name, String... tools) {
    MCPVirtualServer virtualServer = new MCPVirtualServer();
    virtualServer.setMetadata(meta(namespace, name));
    virtualServer.setSpec(new VirtualServerSpec(null, List.of(tools)));
    client.resource(virtualServer).create();
  }

  void credential(String namespace, String name, String value) {
    client
        .resource(
            new SecretBuilder()
                .withMetadata(meta(namespace, name))
                .editMetadata()
                .addToLabels(McpGroup.CREDENTIAL_LABEL, "true")
                .endMetadata()
                .addToStringData("token", value)
                .build())
        .create();
  }

  void delete(HasMetadata object) {
    client.resource(object).delete();
  }

  Optional<Condition> condition(String namespace, String extension, String type) {
    MCPGatewayExtension stored =
        client
            .resources(MCPGatewayExtension.class)
            .inNamespace(namespace)
            .withName(extension)
            .get();
    return stored == null || stored.getStatus() == null
        ? Optional.empty()
        : Conditions.find(stored.getStatus().conditions(), type);
  }

  /** {@code True Reason message} of a condition of an extension, empty when there is none. */
  String says(String namespace, String extension, String type) {
    return condition(namespace, extension, type).map(Cluster::text).orElse("");
  }

  boolean ready(String namespace, String extension) {
    return condition(namespace, extension, "Ready")
        .map(c -> "True".equals(c.getStatus()))
        .orElse(false);
  }

  /** {@code True Reason message} of a registration's Ready. */
  String registrationSays(String namespace, String name) {
    return registrationSays(namespace, name, "Ready");
  }

  /** {@code True Reason message} of a condition of a registration, empty when there is none. */
  String registrationSays(String namespace, String name, String type) {
    MCPServerRegistration stored =
        client.resources(MCPServerRegistration.class).inNamespace(namespace).withName(name).get();
    return stored == null || stored.getStatus() == null
        ? ""
        : Conditions.find(stored.getStatus().conditions(), type).map(Cluster::text).orElse("");
  }

  private static String text(Condition condition) {
    return condition.getStatus() + " " + condition.getReason() + " " + condition.getMessage();
  }

  /** {@code True Reason message} of a condition of a virtual server, empty when there is none. */
  String virtualServerSays(String namespace, String name, String type) {
    MCPVirtualServer stored =
        client.resources(MCPVirtualServer.class).inNamespace(namespace).withName(name).get();
    return stored == null || stored.getStatus() == null
        ? ""
        : Conditions.find(stored.getStatus().conditions(), type).map(Cluster::text).orElse("");
  }

  @Nullable Secret secret(String namespace, String name) {
    return client.secrets().inNamespace(namespace).withName(name).get();
  }

  /** The stored document of an instance; null when there is none. */
  @Nullable String document(String namespace) {
    Secret secret = secret(namespace, McpGroup.CONFIG_SECRET);
    return secret == null ? null : value(secret, "config.yaml");
  }

  long version(String namespace) {
    Secret secret = secret(namespace, McpGroup.CONFIG_SECRET);
    String version = secret == null ? null : value(secret, "version");
    return version == null ? 0 : Long.parseLong(version);
  }

  /** Names of the servers in the stored configuration of an instance, empty without one. */
  List<String> servers(String namespace) {
    String document = document(namespace);
    return document == null
        ? List.of()
        : config(document).servers().stream().map(ServerConfig::name).toList();
  }

  static GatewayConfig config(String document) {
    return ConfigCodec.read(document.getBytes(UTF_8));
  }

  static @Nullable String value(Secret secret, String key) {
    String encoded = secret.getData() == null ? null : secret.getData().get(key);
    return encoded == null ? null : new String(Base64.getDecoder().decode(encoded), UTF_8);
  }

  /** Reasons of the controller's Events about an object, in no order. */
  List<String> events(String namespace, String name) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        // The API server tells of its own, such as a Service whose address it repairs.
        .filter(e -> "mcp-controller".equals(e.getReportingComponent()))
        .filter(e -> name.equals(e.getInvolvedObject().getName()))
        .map(Event::getReason)
        .toList();
  }

  /** resourceVersions of everything the controller writes. */
  Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    Stream.of(
            client.secrets().inAnyNamespace().list().getItems(),
            client.resources(MCPGatewayExtension.class).inAnyNamespace().list().getItems(),
            client.resources(MCPServerRegistration.class).inAnyNamespace().list().getItems(),
            client.resources(MCPVirtualServer.class).inAnyNamespace().list().getItems(),
            client.v1().events().inAnyNamespace().list().getItems())
        .flatMap(List::stream)
        .forEach(o ->
            versions.put(
                o.getKind()
                    + " "
                    + o.getMetadata().getNamespace()
                    + "/"
                    + o.getMetadata().getName(),
                o.getMetadata().getResourceVersion()));
    return versions;
  }

  static void soon(BooleanSupplier condition) {
    await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(condition::getAsBoolean);
  }

  static void soonAsserted(ThrowingRunnable assertion) {
    await().atMost(SOON).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
  }

  /** Repeats an edit that somebody else's write has overtaken. */
  static void retrying(Runnable edit) {
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .ignoreExceptionsMatching(
            e -> e instanceof KubernetesClientException c && c.getCode() == HTTP_CONFLICT)
        .until(() -> {
          edit.run();
          return true;
        });
  }

  void isReadySoon(String namespace, String extension) {
    soonAsserted(() ->
        assertThat(says(namespace, extension, "Ready"))
            .isEqualTo("True ValidMCPGatewayExtension successfully verified and configured"));
  }

  static ObjectMeta meta(String namespace, String name) {
    return new ObjectMetaBuilder().withNamespace(namespace).withName(name).build();
  }

  private static TargetRef target(String kind, @Nullable String namespace, String name) {
    return new TargetRef(McpGroup.GATEWAY_GROUP, kind, name, namespace);
  }
}
