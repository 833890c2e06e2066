package dev.mcpgateway.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Certificates that live for seconds, two replicas, and an API server that never fails a call. */
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class RotationIT {
  private static final String[] SHORT_LIVED = {
    "--certificate.leaf-lifetime=PT12S",
    "--certificate.ca-lifetime=PT27S",
    "--certificate.overlap=PT2S"
  };

  /** The name under which the chart's rights are. */
  private static final String SHIPPED = "mcp-controller-mcp-gateway-webhook";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  // Set by the extension before any test runs.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @BeforeAll
  static void objects() throws IOException {
    Cluster cluster = new Cluster(client);
    cluster.installCrds();
    cluster.namespaces("mcp-system", "team-a");
    cluster.gateway("team-a", "gw");
    cluster.emptySecret("mcp-system", "webhook-tls");
    cluster.emptySecret("mcp-system", "other-tls");
    client
        .secrets()
        .inNamespace("mcp-system")
        .withName("other-tls")
        .edit(s -> {
          s.getMetadata().setLabels(Map.of("app.kubernetes.io/managed-by", "Helm"));
          return s;
        });
  }

  @Test
  void w22CertificateAndAuthorityAreReplacedUnderLoadWithoutAFailedCall() throws Exception {
    Set<String> leaves = ConcurrentHashMap.newKeySet();
    Set<String> authorities = ConcurrentHashMap.newKeySet();
    try (var first = new RunningWebhook(client, Clock.systemUTC(), "webhook-tls", SHORT_LIVED);
        var second = new RunningWebhook(client, Clock.systemUTC(), "webhook-tls", SHORT_LIVED);
        var load = new Caller(client)) {
      new Cluster(client).webhookConfiguration("mcp-webhook", first.port(), "Fail");
      await().atMost(Duration.ofSeconds(30)).until(() -> load.dryRun("probe").isEmpty());
      awaitReady(first);
      awaitReady(second);
      load.start(3);
      List<Probe> probes = List.of(new Probe(first), new Probe(second));
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(300))
          .until(() -> {
            // Each probe is a new handshake, trusting what the API server is told to trust.
            for (Probe probe : probes) {
              probe.ask();
            }
            Map<String, String> data = secret("webhook-tls").getData();
            leaves.add(String.valueOf(data.get("tls.crt")));
            authorities.add(String.valueOf(data.get("ca.crt")));
            return authorities.size() >= 3 && leaves.size() >= 5;
          });
      load.assertNoneFailed();
      assertThat(probes).allSatisfy(probe -> assertThat(probe.unready).isEmpty());
    }
    assertThat(authorities).allSatisfy(RotationIT::isPem);
  }

  @Test
  void w22AReplicaWhoseClockIsAheadSpoilsNothingForTheOthers() throws Exception {
    // Two thirds of a year are over for it, so it renews what is new for everybody else.
    Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(250));
    try (var healthy = new RunningWebhook(client, Clock.systemUTC(), "other-tls")) {
      new Cluster(client).webhookConfiguration("mcp-webhook", healthy.port(), "Fail");
      awaitReady(healthy);
      Probe probe = new Probe(healthy);
      try (var early = new RunningWebhook(client, ahead, "other-tls")) {
        assertThat(metric(early, "mcp_webhook_certificate_expiry_seconds"))
            .as("it has stored one of its own")
            .isGreaterThan((double) now().plus(Duration.ofDays(600)).getEpochSecond());
        await()
            .atMost(PATIENCE)
            .until(() -> {
              probe.ask();
              return !leaf("other-tls").getNotBefore().toInstant().isAfter(now());
            });
      }
      // Each probe is a new handshake, with a client that looks at the time as the API server does.
      await()
          .during(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .until(() -> {
            probe.ask();
            return !leaf("other-tls").getNotBefore().toInstant().isAfter(now());
          });
      assertThat(probe.unready).isEmpty();
      try (var load = new Caller(client)) {
        assertThat(load.dryRun("probe")).isEmpty();
      }
    }
  }

  @Test
  void w22AReplicaWhoseClockIsBehindTakesWhatTheOthersHaveIssued() throws Exception {
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofDays(-20_000));
    try (var healthy = new RunningWebhook(client, Clock.systemUTC(), "other-tls")) {
      awaitReady(healthy);
      await()
          .atMost(PATIENCE)
          .until(() -> !leaf("other-tls").getNotBefore().toInstant().isAfter(now()));
      Map<String, String> before = secret("other-tls").getData();
      try (var late = new RunningWebhook(client, behind, "other-tls")) {
        await()
            .during(Duration.ofSeconds(1))
            .atMost(PATIENCE)
            .until(() -> before.equals(secret("other-tls").getData()));
        assertThat(metric(late, "mcp_webhook_certificate_expiry_seconds"))
            .isEqualTo(metric(healthy, "mcp_webhook_certificate_expiry_seconds"));
      }
    }
  }

  @Test
  void w23ADeletedSecretComesBackAsItWasAndTheBundleIsRepairedMeanwhile() throws Exception {
    try (var webhook = new RunningWebhook(client, Clock.systemUTC(), "other-tls")) {
      new Cluster(client).webhookConfiguration("mcp-webhook", webhook.port(), "Fail");
      awaitReady(webhook);
      Secret before = secret("other-tls");
      String bundle = requireNonNull(bundle("mcp-webhook"));
      client.resource(before).delete();
      wipeBundle("mcp-webhook");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            assertThat(bundle("mcp-webhook")).isEqualTo(bundle);
            Secret after = client.secrets().inNamespace("mcp-system").withName("other-tls").get();
            assertThat(after).isNotNull();
            assertThat(after.getData()).isEqualTo(before.getData());
            assertThat(after.getMetadata().getLabels()).isEqualTo(before.getMetadata().getLabels());
          });
    }
  }

  @Test
  void w23WhileTheSecretCannotBeReadTheApiServerIsStillToldWhomToTrust() throws Exception {
    Cluster cluster = new Cluster(client);
    cluster.installCrds("ISTIO_CRDS");
    cluster.emptySecret("mcp-system", SHIPPED + "-tls");
    cluster.apply(Files.readString(Path.of("../manifests/rbac/webhook.yaml")));
    try (var webhook =
        new RunningWebhook(
            new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername("system:serviceaccount:mcp-system:" + SHIPPED)
                .build(),
            Clock.systemUTC(),
            SHIPPED + "-tls",
            "--webhook-configuration=" + SHIPPED,
            "--promotion.enabled=false")) {
      cluster.shipped(webhook.port(), "Ignore");
      awaitReady(webhook);
      String bundle = requireNonNull(bundle(SHIPPED));
      takeTheRightToSecrets();
      await().atMost(PATIENCE).until(() -> settled(webhook) == 0);

      wipeBundle(SHIPPED);
      await().atMost(PATIENCE).until(() -> bundle.equals(bundle(SHIPPED)));
      assertThat(settled(webhook)).isZero();
      assertThat(webhook.management("/readyz").statusCode()).isEqualTo(200);
    }
  }

  private static void takeTheRightToSecrets() {
    client
        .rbac()
        .clusterRoles()
        .withName(SHIPPED)
        .edit(role -> {
          role.getRules().forEach(rule -> rule.getResources().remove("secrets"));
          return role;
        });
  }

  private static double settled(RunningWebhook webhook) throws IOException, InterruptedException {
    return metric(webhook, "mcp_webhook_certificates_settled");
  }

  private static double metric(RunningWebhook webhook, String name)
      throws IOException, InterruptedException {
    return webhook
        .management("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static Instant now() {
    return InstantSource.system().instant();
  }

  private static X509Certificate leaf(String secret) throws GeneralSecurityException {
    byte[] pem = Base64.getDecoder().decode(secret(secret).getData().get("tls.crt"));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }

  /** The authorities every entry of a configuration carries. */
  private static @Nullable String bundle(String configuration) {
    List<String> bundles =
        configuration(configuration).require().getWebhooks().stream()
            .map(webhook -> String.valueOf(webhook.getClientConfig().getCaBundle()))
            .distinct()
            .toList();
    return bundles.size() == 1 ? bundles.getFirst() : null;
  }

  private static void wipeBundle(String configuration) {
    configuration(configuration)
        .edit(c -> {
          c.getWebhooks().forEach(webhook -> webhook.getClientConfig().setCaBundle(null));
          return c;
        });
  }

  private static Resource<ValidatingWebhookConfiguration> configuration(String name) {
    return client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name);
  }

  @Test
  void anEmptiedSecretIsFilledWithWhatTheApiServerTrustsAlready() throws Exception {
    try (var webhook = new RunningWebhook(client, Clock.systemUTC(), "other-tls")) {
      new Cluster(client).webhookConfiguration("mcp-webhook", webhook.port(), "Fail");
      awaitReady(webhook);
      Map<String, String> before = secret("other-tls").getData();
      client.resource(secret("other-tls")).edit(s -> emptied(s));
      await().atMost(PATIENCE).until(() -> before.equals(secret("other-tls").getData()));
    }
  }

  /** A replica is unready when two probes in a row fail, as the chart's failureThreshold says. */
  private static final class Probe {
    private final RunningWebhook webhook;
    private final List<String> unready = new ArrayList<>();
    private boolean failed;

    Probe(RunningWebhook webhook) {
      this.webhook = webhook;
    }

    void ask() throws IOException, InterruptedException {
      var answer = webhook.management("/readyz");
      boolean failing = answer.statusCode() != 200;
      if (failed && failing) {
        unready.add(answer.body());
      }
      failed = failing;
    }
  }

  private static void awaitReady(RunningWebhook webhook) {
    await().atMost(PATIENCE).until(() -> webhook.management("/readyz").statusCode() == 200);
  }

  private static Secret secret(String name) {
    return client.secrets().inNamespace("mcp-system").withName(name).require();
  }

  private static Secret emptied(Secret secret) {
    secret.setData(null);
    return secret;
  }

  private static void isPem(String base64) {
    assertThat(new String(Base64.getDecoder().decode(base64), US_ASCII))
        .startsWith("-----BEGIN CERTIFICATE-----");
  }
}
