package dev.mcpgateway.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final String USER = "system:serviceaccount:mcp-system:" + NAME;

  /** The Secrets of both certificates; the authority's Certificate has the name of its Secret. */
  private static final String SERVED = NAME + "-cert-manager-tls";

  private static final String AUTHORITY = NAME + "-ca";

  /** RFC 5280, section 4.2.1.2. */
  private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

  private static final ResourceAttributes TO_WRITE =
      new ResourceAttributesBuilder()
          .withVerb("patch")
          .withGroup("admissionregistration.k8s.io")
          .withResource("validatingwebhookconfigurations")
          .withName(NAME)
          .build();

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

      assertThat(new Cluster(client).allowed(USER, TO_WRITE))
          .as("cert-manager writes the authority, and the policy is fixed")
          .isFalse();

      String before = webhook.management("/metrics").body();
      String certificate = certificate();
      client.secrets().inNamespace("mcp-system").withName(SERVED).delete();
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

  /**
   * What cert-manager does, in this order: the authority gets a new certificate for its key, and
   * nobody notices; with its next renewal the serving certificate is signed under that, and
   * cainjector tells the API server while pods still present the one before.
   */
  @Test
  void w22TheAuthorityIsRenewedUnderLoadWithoutAFailedCall() throws Exception {
    Cluster cluster = new Cluster(client);
    Path old = Files.createDirectory(folder.resolve("old"));
    await().atMost(ISSUED_WITHIN).until(() -> mount(old));
    try (var before = webhook(old);
        var load = new Caller(client)) {
      cluster.shippedForCertManager(before.port(), "Fail");
      await().atMost(ISSUED_WITHIN).until(CertManagerIT::denied);
      load.start(2);
      X509Certificate authority = certificate(AUTHORITY, "tls.crt");
      Map<String, String> served = data(SERVED);
      assertThat(trusted()).containsExactly(authority);

      renew(AUTHORITY);
      await()
          .atMost(ISSUED_WITHIN)
          .until(() -> !certificate(AUTHORITY, "tls.crt").equals(authority));
      X509Certificate renewed = certificate(AUTHORITY, "tls.crt");
      assertThat(renewed.getPublicKey()).isEqualTo(authority.getPublicKey());
      assertThat(renewed.getSubjectX500Principal()).isEqualTo(authority.getSubjectX500Principal());
      assertThat(renewed.getExtensionValue(SUBJECT_KEY_IDENTIFIER))
          .isEqualTo(authority.getExtensionValue(SUBJECT_KEY_IDENTIFIER));
      await()
          .during(Duration.ofSeconds(2))
          .atMost(ISSUED_WITHIN)
          .untilAsserted(() -> {
            assertThat(data(SERVED)).isEqualTo(served);
            assertThat(trusted()).containsExactly(authority);
          });
      load.awaitMore(50);

      renew(NAME);
      await()
          .atMost(ISSUED_WITHIN)
          .untilAsserted(() -> {
            assertThat(data(SERVED).get("tls.crt")).isNotEqualTo(served.get("tls.crt"));
            assertThat(certificate(SERVED, "ca.crt")).isEqualTo(renewed);
            assertThat(trusted()).containsExactly(authority, renewed);
          });
      // Other authorities mean another client of the API server: it has greeted the pod anew.
      load.awaitMore(50);

      Path mounted = Files.createDirectory(folder.resolve("new"));
      assertThat(mount(mounted)).isTrue();
      try (var after = webhook(mounted)) {
        await().atMost(ISSUED_WITHIN).until(() -> after.management("/readyz").statusCode() == 200);
        cluster.shippedForCertManager(after.port(), "Fail");
        await().atMost(ISSUED_WITHIN).until(() -> reviews(after) > 0);
        load.awaitMore(50);
        load.assertNoneFailed();
        configuration(NAME).delete();
        trustedBy(renewed, before);
        trustedBy(authority, after);
      }
    }
  }

  /**
   * What is presented is trusted by an API server that knows one of the two authorities only: with
   * a cainjector before 1.19, which replaces, or with one that is late.
   */
  private static void trustedBy(X509Certificate authority, RunningWebhook webhook)
      throws GeneralSecurityException {
    await().atMost(ISSUED_WITHIN).until(() -> !denied());
    new Cluster(client).webhookConfiguration("one-authority", webhook.port(), "Fail");
    String pem =
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(authority.getEncoded()));
    configuration("one-authority")
        .edit(c -> {
          c.getWebhooks()
              .getFirst()
              .getClientConfig()
              .setCaBundle(Base64.getEncoder().encodeToString(pem.getBytes(US_ASCII)));
          return c;
        });
    await().atMost(ISSUED_WITHIN).until(CertManagerIT::denied);
    configuration("one-authority").delete();
  }

  /** What {@code cmctl renew} does. */
  private static void renew(String certificate) {
    client
        .genericKubernetesResources("cert-manager.io/v1", "Certificate")
        .inNamespace("mcp-system")
        .withName(certificate)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status":{"conditions":[{"type":"Issuing","status":"True","reason":"ManuallyTriggered",
            "message":"renewed by a test","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
            """);
  }

  private static double reviews(RunningWebhook webhook) throws IOException, InterruptedException {
    return webhook
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("mcp_webhook_reviews_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Resource<ValidatingWebhookConfiguration> configuration(String name) {
    return client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name);
  }

  /** The authorities of the entries as they are stored. */
  private static List<X509Certificate> trusted() throws GeneralSecurityException {
    Set<String> bundles =
        configuration(NAME).require().getWebhooks().stream()
            .map(webhook -> webhook.getClientConfig().getCaBundle())
            .collect(toSet());
    assertThat(bundles).as("of all entries").hasSize(1);
    return certificates(bundles.iterator().next());
  }

  private static Map<String, String> data(String secret) {
    return client.secrets().inNamespace("mcp-system").withName(secret).require().getData();
  }

  private static X509Certificate certificate(String secret, String key)
      throws GeneralSecurityException {
    return certificates(requireNonNull(data(secret).get(key))).getFirst();
  }

  private static List<X509Certificate> certificates(String base64) throws GeneralSecurityException {
    byte[] pem = Base64.getDecoder().decode(base64);
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  private static RunningWebhook webhook(Path mounted) {
    return new RunningWebhook(
        new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(USER).build(),
        Clock.systemUTC(),
        NAME + "-tls",
        "--tls.service-name=" + NAME,
        "--webhook-configuration=" + NAME,
        "--promotion.enabled=false",
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
    return client.secrets().inNamespace("mcp-system").withName(SERVED).get();
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
