package dev.mcpgateway.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates from cert-manager's real controllers: the objects the chart ships, the Secret
 * mounted the way a kubelet does, the authority injected by cert-manager's cainjector.
 */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class CertManagerIT {
  private static final String NAME = "mcp-controller-mcp-gateway-webhook";
  private static final Duration ISSUED_WITHIN = Duration.ofSeconds(60);

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
  private static Process certManager;

  @BeforeAll
  static void start() throws IOException {
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.installCrds("CERT_MANAGER_CRDS");
    cluster.namespaces("mcp-system", "cert-manager", "team-a");
    cluster.gateway("team-a", "gw");
    Path config = Files.writeString(folder.resolve("kubeconfig"), kubeConfig);
    certManager =
        new ProcessBuilder(Cluster.environment("CERT_MANAGER"), "--kubeconf", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("cert-manager.log").toFile())
            .start();
    cluster.apply(Files.readString(Path.of("../certs/issuer.yaml")));
    // The API server reaches this test under another name than a Service's.
    cluster.apply(
        Files.readString(Path.of("../certs/certificate.yaml"))
            .replace("dnsNames:\n", "dnsNames:\n    - localhost\n"));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    certManager.destroy();
    if (!certManager.waitFor(10, TimeUnit.SECONDS)) {
      certManager.destroyForcibly();
    }
  }

  @Test
  void w22FromIssuanceToADenialAndThroughRenewal() throws Exception {
    Path mounted = Files.createDirectory(folder.resolve("certificates"));
    await().atMost(ISSUED_WITHIN).until(() -> secret() != null && mount(mounted));
    try (var kubelet = Executors.newSingleThreadScheduledExecutor();
        var webhook = webhook(mounted)) {
      var syncing =
          kubelet.scheduleWithFixedDelay(() -> sync(mounted), 100, 100, TimeUnit.MILLISECONDS);
      new Cluster(client).shippedForCertManager(webhook.port(), "Fail");
      await()
          .atMost(ISSUED_WITHIN)
          .untilAsserted(() -> {
            assertThat(webhook.management("/readyz").body()).isEqualTo("ok\n");
            assertThat(denied()).isTrue();
          });

      String before = webhook.management("/metrics").body();
      String certificate = certificate();
      client.secrets().inNamespace("mcp-system").withName(NAME + "-cert-manager-tls").delete();
      await()
          .atMost(ISSUED_WITHIN)
          .until(() -> secret() != null && !certificate().equals(certificate));
      await()
          .atMost(ISSUED_WITHIN)
          .until(() -> !expiry(webhook.management("/metrics").body()).equals(expiry(before)));
      assertThat(webhook.management("/readyz").body()).isEqualTo("ok\n");
      assertThat(denied()).isTrue();
      syncing.cancel(true);
      kubelet.shutdownNow();
    }
  }

  private static RunningWebhook webhook(Path mounted) {
    return new RunningWebhook(
        new ConfigBuilder(client.getConfiguration())
            .withImpersonateUsername("system:serviceaccount:mcp-system:" + NAME)
            .build(),
        Clock.systemUTC(),
        NAME + "-tls",
        "--tls.service-name=" + NAME,
        "--webhook-configuration=" + NAME,
        "--tls.certificate-folder=" + mounted);
  }

  /** What a denial needs: TLS with cert-manager's certificate and the injected authority. */
  private static boolean denied() {
    try {
      client
          .resource(Cluster.extension("team-a", "admission-self-test", null, "gw"))
          .dryRun()
          .create();
      return false;
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage()).contains("denied the request");
    }
  }

  /** One round of a kubelet, which tries again when one fails. */
  private static void sync(Path mounted) {
    try {
      mount(mounted);
    } catch (RuntimeException e) {
      // Thrown on, it would end the schedule; a failure that lasts is one of the test's waits.
    }
  }

  /** What a kubelet does with the Secret: a new folder, then the link in one step. */
  private static boolean mount(Path mounted) {
    Secret secret = secret();
    if (secret == null || secret.getData() == null || secret.getData().get("ca.crt") == null) {
      return false;
    }
    try {
      Path version = mounted.resolve(".." + secret.getMetadata().getResourceVersion());
      if (!Files.exists(version)) {
        Files.createDirectory(version);
        for (Map.Entry<String, String> file : secret.getData().entrySet()) {
          Files.write(version.resolve(file.getKey()), Base64.getDecoder().decode(file.getValue()));
        }
        Files.createSymbolicLink(mounted.resolve("..new"), version);
        Files.move(
            mounted.resolve("..new"), mounted.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Secret secret() {
    return client.secrets().inNamespace("mcp-system").withName(NAME + "-cert-manager-tls").get();
  }

  private static String certificate() {
    Secret secret = secret();
    String data = secret == null ? null : secret.getData().get("tls.crt");
    return data == null ? "" : new String(Base64.getDecoder().decode(data), US_ASCII);
  }

  private static String expiry(String metrics) {
    var line = Pattern.compile("(?m)^mcp_webhook_certificate_expiry_seconds .*$").matcher(metrics);
    assertThat(line.find()).isTrue();
    return line.group();
  }
}
