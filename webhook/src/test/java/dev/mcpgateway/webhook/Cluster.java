package dev.mcpgateway.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.controller.api.model.ExtensionSpec;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.TargetRef;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClassBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts objects on the API server of a test. */
public final class Cluster {
  private final KubernetesClient client;

  public Cluster(KubernetesClient client) {
    this.client = client;
  }

  /** This project's CRDs and the Gateway API's. */
  public void installCrds() throws IOException {
    install(Path.of("../manifests/crds"));
    installCrds("GATEWAY_API_CRDS");
  }

  /** The CRDs in the file or folder that an environment variable of scripts/tools.sh names. */
  public void installCrds(String variable) throws IOException {
    Path path = Path.of(environment(variable));
    if (Files.isDirectory(path)) {
      install(path);
    } else {
      installFile(path);
    }
  }

  /** A variable of scripts/tools.sh; a missing one is a failure, never a reason to skip. */
  public static String environment(String variable) {
    String value = System.getenv(variable);
    if (value == null) {
      throw new IllegalStateException(
          variable + " is not set: run the tests through scripts/build.sh or scripts/test.sh");
    }
    return value;
  }

  public void namespaces(String... names) {
    for (String name : names) {
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .serverSideApply();
    }
  }

  /** A Gateway that lets routes of every namespace in. */
  public void gateway(String namespace, String name) {
    gateway(namespace, name, "{from: All}");
  }

  /**
   * A Gateway.
   *
   * @param routes of which namespaces it lets in, as its listener says it
   */
  public void gateway(String namespace, String name, String routes) {
    apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {namespace: %s, name: %s}
        spec:
          gatewayClassName: istio
          listeners: [{name: mcp, port: 8080, protocol: HTTP, allowedRoutes: {namespaces: %s}}]
        """
            .formatted(namespace, name, routes));
  }

  /** Plays the part of the controller of a GatewayClass. */
  public void acceptClass(String name) {
    GatewayClass gatewayClass = client.resources(GatewayClass.class).withName(name).require();
    client
        .resource(
            new GatewayClassBuilder(gatewayClass)
                .withNewStatus()
                .withConditions(accepted())
                .endStatus()
                .build())
        .updateStatus();
  }

  /** Plays Istio's part: there is no gateway controller behind this API server. */
  public void accept(String namespace, String name) {
    HTTPRoute route =
        client.resources(HTTPRoute.class).inNamespace(namespace).withName(name).require();
    client
        .resource(
            new HTTPRouteBuilder(route)
                .withNewStatus()
                .addNewParent()
                .withControllerName("istio.io/gateway-controller")
                .withParentRef(route.getSpec().getParentRefs().getFirst())
                .addToConditions(accepted())
                .endParent()
                .endStatus()
                .build())
        .updateStatus();
  }

  /** The condition of what its controller accepted. */
  public static Condition accepted() {
    return new ConditionBuilder()
        .withType("Accepted")
        .withStatus("True")
        .withReason("Accepted")
        .withMessage("")
        .withLastTransitionTime("2026-01-01T00:00:00Z")
        .build();
  }

  public void gatewayClass(String name) {
    apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: GatewayClass
        metadata: {name: %s}
        spec: {controllerName: istio.io/gateway-controller}
        """
            .formatted(name));
    acceptClass(name);
  }

  /** A grant for one namespace's extensions to one Gateway. */
  public void grant(String from, String namespace, String gateway) {
    apply(
        """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: {namespace: %2$s, name: allow-%1$s-%3$s}
        spec:
          from: [{group: mcp.kagenti.com, kind: MCPGatewayExtension, namespace: %1$s}]
          to: [{group: gateway.networking.k8s.io, kind: Gateway, name: %3$s}]
        """
            .formatted(from, namespace, gateway));
  }

  public void emptySecret(String namespace, String name) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }

  /**
   * A configuration that sends every review to a port of this machine. Without the matchConditions
   * of the chart: somebody may have edited them away, and the webhook must cope.
   */
  public void webhookConfiguration(String name, int port, String failurePolicy) {
    webhookConfiguration(name, port, failurePolicy, 5);
  }

  /** The same with the time the API server waits for an answer. */
  public void webhookConfiguration(
      String name, int port, String failurePolicy, int timeoutSeconds) {
    apply(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: %1$s}
        webhooks:
          - name: vmcpgatewayextension.mcp.kagenti.com
            admissionReviewVersions: [v1]
            clientConfig: {url: "https://localhost:%2$d/validate"}
            rules:
              - apiGroups: [mcp.kagenti.com]
                apiVersions: [v1alpha1]
                resources: [mcpgatewayextensions]
                operations: [CREATE, UPDATE]
            failurePolicy: %3$s
            sideEffects: None
            timeoutSeconds: %4$d
        """
            .formatted(name, port, failurePolicy, timeoutSeconds));
  }

  /**
   * The configuration and the roles that the chart installs, with the Service replaced by a port of
   * this machine.
   */
  public void shipped(int port, String failurePolicy) throws IOException {
    apply(Files.readString(Path.of("../manifests/rbac/webhook.yaml")));
    shippedConfiguration(port, failurePolicy);
  }

  /** The same without the roles. */
  public void shippedConfiguration(int port, String failurePolicy) throws IOException {
    configuration("controller.yaml", port, failurePolicy);
  }

  /** Configuration and roles for certificates from cert-manager and a fixed failure policy. */
  public void shippedForCertManager(int port, String failurePolicy) throws IOException {
    documents("cert-manager.yaml", "webhook/rbac.yaml").forEach(this::apply);
    configuration("cert-manager.yaml", port, failurePolicy);
  }

  private void configuration(String rendering, int port, String failurePolicy) throws IOException {
    String url = "url: https://localhost:%d/validate".formatted(port);
    apply(
        documents(rendering, "webhook/configuration.yaml")
            .getFirst()
            .replaceAll("service:\\n( +)name: .*\\n +namespace: .*\\n +path: .*\\n +port: .*", url)
            .replaceAll("failurePolicy: .*", "failurePolicy: " + failurePolicy));
  }

  /** What a template of the chart became in a rendering that a test of the chart keeps. */
  private static List<String> documents(String rendering, String template) throws IOException {
    String rendered = Files.readString(Path.of("../charts/mcp-gateway/tests", rendering));
    return Pattern.compile("(?m)^---$")
        .splitAsStream(rendered)
        .filter(d -> d.contains("# Source: mcp-gateway/templates/" + template + "\n"))
        .toList();
  }

  /**
   * Whether a user has a right, asked of the API server itself: it learns of roles a little after
   * they have been stored.
   */
  public boolean allowed(String user, ResourceAttributes right) {
    return client
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withResourceAttributes(right)
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  /** Takes fields from others who set them, as a second helm upgrade of an older helm does. */
  public void apply(String yaml) {
    client.load(new ByteArrayInputStream(yaml.getBytes(UTF_8))).forceConflicts().serverSideApply();
  }

  public static MCPGatewayExtension extension(
      String namespace, String name, @Nullable String gatewayNamespace, String gateway) {
    MCPGatewayExtension extension = new MCPGatewayExtension();
    extension.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    extension.setSpec(new ExtensionSpec(new TargetRef(null, null, gateway, gatewayNamespace)));
    return extension;
  }

  private void install(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(f -> f.toString().endsWith(".yaml")).toList();
    }
    for (Path file : files) {
      installFile(file);
    }
  }

  private void installFile(Path file) throws IOException {
    for (var object : client.load(Files.newInputStream(file)).items()) {
      if (object instanceof CustomResourceDefinition crd) {
        client.resource(crd).serverSideApply();
        client
            .resource(crd)
            .waitUntilCondition(
                c -> c != null && c.getStatus() != null && established(c.getStatus()),
                20,
                TimeUnit.SECONDS);
      }
    }
  }

  private static boolean established(CustomResourceDefinitionStatus status) {
    return status.getConditions() != null
        && status.getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
