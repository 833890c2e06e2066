package dev.mcpgateway.webhook.bench;

import static org.awaitility.Awaitility.await;

import dev.mcpgateway.webhook.Cluster;
import dev.mcpgateway.webhook.WebhookProcess;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures reviews behind a real API server: arguments are the folder for the report, the number of
 * extensions, the number of registrations and the seconds of each phase.
 */
public final class AdmissionBench {
  private static final String NAME = "mcp-controller-mcp-gateway-webhook";

  /** What the chart's memory limit and share leave. */
  private static final String HEAP = "-Xmx192m";

  private static final int WRITES = 50;
  private static final int CROWD = 8;

  private AdmissionBench() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    int extensions = Integer.parseInt(arguments[1]);
    int registrations = Integer.parseInt(arguments[2]);
    Duration length = Duration.ofSeconds(Long.parseLong(arguments[3]));
    var server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withUpdateKubeConfig(false)
                .withApiServerFlags(
                    List.of(
                        "--bind-address", "127.0.0.1",
                        "--advertise-address", "127.0.0.1",
                        "--endpoint-reconciler-type", "none"))
                .build());
    server.start();
    try (KubernetesClient client = client(server.getKubeConfigYaml())) {
      Cluster cluster = new Cluster(client);
      cluster.installCrds();
      cluster.installCrds("ISTIO_CRDS");
      cluster.namespaces("mcp-system");
      cluster.gatewayClass("istio");
      cluster.emptySecret("mcp-system", "webhook-tls");
      say("Creating %d extensions and %d registrations".formatted(extensions, registrations));
      new Population(client, extensions, registrations).create();
      try (var webhook = new WebhookProcess(folder, server.getKubeConfigYaml(), NAME, HEAP)) {
        cluster.shipped(webhook.port(), "Fail");
        await().atMost(Duration.ofMinutes(2)).until(() -> reviewed(client));
        measure(client, webhook, new Report(folder, extensions, registrations), length);
      }
    } finally {
      server.stop();
    }
  }

  private static void measure(
      KubernetesClient client, WebhookProcess webhook, Report report, Duration length)
      throws Exception {
    say("Warming up");
    new Phase("warm-up", CROWD, WRITES, length).run(client, report.extensions());
    webhook.events();
    for (Phase phase :
        List.of(
            new Phase("one caller, no writes", 1, 0, length),
            new Phase("one caller, concurrent writes", 1, WRITES, length),
            new Phase("eight callers, no writes", CROWD, 0, length),
            new Phase("eight callers, concurrent writes", CROWD, WRITES, length))) {
      say(phase.name());
      Phase.Result result = phase.run(client, report.extensions());
      List<Sample> samples = new ArrayList<>(result.samples());
      samples.addAll(reviews(phase, webhook));
      report.add(phase, result, samples);
    }
    say(report.write());
  }

  /** What the audit log tells; a review's line is written before its answer. */
  private static List<Sample> reviews(Phase phase, WebhookProcess webhook) throws IOException {
    return webhook.events().stream()
        .filter(e -> e.path("loggerName").asText().equals("audit"))
        .map(e ->
            new Sample(
                phase.name(),
                Sample.WEBHOOK,
                WebhookProcess.value(e, "kind"),
                Long.parseLong(WebhookProcess.value(e, "micros"))))
        .toList();
  }

  /** Whether the API server asks the webhook and is answered. */
  private static boolean reviewed(KubernetesClient client) {
    try {
      client
          .resource(Cluster.extension(Population.FREE, "admission-self-test", null, "gw"))
          .dryRun()
          .create();
      return false;
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage()).contains("denied the request");
    }
  }

  private static KubernetesClient client(String kubeConfig) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.fromKubeconfig(kubeConfig))
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  private static void say(String text) {
    System.out.println(text);
  }
}
