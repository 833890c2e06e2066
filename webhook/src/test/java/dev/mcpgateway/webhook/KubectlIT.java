package dev.mcpgateway.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people see: the output of the real kubectl for every denial and every warning, with the
 * configuration and the rights the chart ships. Each {@code NAME.yaml} in the golden folder is
 * applied with {@code --dry-run=server} on top of {@code setup.yaml}; {@code NAME.txt} is what
 * kubectl must print. Set {@code -Dgolden.write=true} to write those anew, and review the
 * difference.
 */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class KubectlIT {
  private static final Path GOLDEN = Path.of("src/test/resources/kubectl").toAbsolutePath();

  /** Printed when the webhook may not read Services. */
  private static final Path NOT_CHECKED = GOLDEN.resolve("registration-not-checked.yaml");

  private static final Path UNKNOWN_KIND = GOLDEN.resolve("unknown-kind.yaml");
  private static final String NAME = "mcp-controller-mcp-gateway-webhook";

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  @KubeConfig
  static String kubeConfig;

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  @TempDir
  static Path folder;

  // Set before any test runs.
  @SuppressWarnings("NullAway.Init")
  private static RunningWebhook webhook;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(folder.resolve("kubeconfig"), kubeConfig);
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.installCrds("ISTIO_CRDS");
    cluster.namespaces("mcp-system");
    cluster.emptySecret("mcp-system", NAME + "-tls");
    cluster.apply(Files.readString(Path.of("../manifests/rbac/webhook.yaml")));
    assertThat(kubectl("apply", "-f", "setup.yaml")).doesNotContain("Error");
    for (String route : List.of("weather", "news", "unusable", "foreign", "odd")) {
      cluster.accept("team-a", route);
    }
    cluster.accept("team-b", "lonely");
    client.resources(MCPGatewayExtension.class).inNamespace("team-d").withName("old").delete();
    cluster.acceptClass("istio");
    offer("weather", "weather_forecast", "weather_now");
    hugeSecret();
    webhook =
        new RunningWebhook(
            new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername("system:serviceaccount:mcp-system:" + NAME)
                .build(),
            Clock.systemUTC(),
            NAME + "-tls",
            "--webhook-configuration=" + NAME);
    cluster.shipped(webhook.port(), "Fail");
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> {
          assertThat(webhook.management("/readyz").body()).isEqualTo("ok\n");
          assertThat(apply(GOLDEN.resolve("extension-in-taken-namespace.yaml")))
              .contains("denied the request");
        });
    reviewConfigMaps(cluster);
    await()
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(apply(UNKNOWN_KIND)).contains("Warning"));
  }

  @AfterAll
  static void stop() {
    webhook.close();
  }

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files
          .filter(f -> f.toString().endsWith(".yaml") && !f.endsWith("setup.yaml"))
          .filter(f -> !f.equals(NOT_CHECKED))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void kubectlPrintsWhatIsExpected(Path golden) throws Exception {
    isExpected(golden, apply(golden));
  }

  @Test
  void whatTheWebhookCannotReadIsNotCalledMissing() throws Exception {
    var rights = client.rbac().clusterRoles().withName(NAME);
    List<PolicyRule> rules = rights.require().getRules();
    rights.edit(role -> {
      role.getRules().forEach(rule -> rule.getResources().remove("services"));
      return role;
    });
    try {
      await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(apply(NOT_CHECKED)).contains("could not read"));
      isExpected(NOT_CHECKED, apply(NOT_CHECKED));
    } finally {
      rights.edit(role -> {
        role.setRules(rules);
        return role;
      });
      await()
          .atMost(30, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(apply(NOT_CHECKED)).doesNotContain("could not read"));
    }
  }

  @Test
  void everyGoldenFileIsUsed() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files)
          .allMatch(f ->
              f.endsWith("setup.yaml")
                  || (f.toString().endsWith(".yaml") && Files.exists(text(f)))
                  || (f.toString().endsWith(".txt") && Files.exists(yaml(f))));
    }
  }

  private static void isExpected(Path golden, String printed) throws IOException {
    Path expected = text(golden);
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(expected, printed);
    }
    assertThat(printed).isEqualTo(Files.readString(expected));
  }

  /** A labelled Secret of which so much is there that nothing is kept. */
  private static void hugeSecret() {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      values.put("value-" + i, "x".repeat(15_000));
    }
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("team-a")
                .withName("huge")
                .addToLabels(McpGroup.CREDENTIAL_LABEL, "true")
                .endMetadata()
                .withStringData(values)
                .build())
        .create();
  }

  /** Somebody sends this webhook what it knows nothing of. */
  private static void reviewConfigMaps(Cluster cluster) {
    String caBundle =
        client
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName(NAME)
            .require()
            .getWebhooks()
            .getFirst()
            .getClientConfig()
            .getCaBundle();
    cluster.apply(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: unknown-kind}
        webhooks:
          - name: unknown-kind.mcp.kagenti.com
            admissionReviewVersions: [v1]
            clientConfig: {url: "https://localhost:%d/validate", caBundle: %s}
            rules:
              - {apiGroups: [""], apiVersions: [v1], resources: [configmaps], operations: [CREATE]}
            objectSelector: {matchLabels: {golden: unknown-kind}}
            failurePolicy: Fail
            sideEffects: None
        """
            .formatted(webhook.port(), caBundle));
  }

  private static String apply(Path golden) throws IOException, InterruptedException {
    return kubectl("apply", "--dry-run=server", "--warnings-as-errors=false", "-f", name(golden));
  }

  private static String kubectl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Cluster.environment("KUBECTL")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(GOLDEN.toFile()).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
    builder.environment().put("HOME", folder.toString());
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return printed;
  }

  /** Plays the controller's part: the tools a broker found at the server. */
  private static void offer(String registration, String... tools) {
    MCPServerRegistration object =
        client
            .resources(MCPServerRegistration.class)
            .inNamespace("team-a")
            .withName(registration)
            .require();
    object.setStatus(new RegistrationStatus(List.of(), tools.length, List.of(tools), "2025-11-25"));
    client.resource(object).updateStatus();
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static Path text(Path file) {
    return file.resolveSibling(name(file).replace(".yaml", ".txt"));
  }

  private static Path yaml(Path file) {
    return file.resolveSibling(name(file).replace(".txt", ".yaml"));
  }
}
