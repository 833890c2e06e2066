package dev.mcpgateway.webhook;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * A webhook in this JVM with a client of its own: calls of a test must not queue behind those they
 * wait for.
 */
final class RunningWebhook implements AutoCloseable {
  private final KubernetesClient client;
  private final Webhook webhook;

  /** Starts one and waits until it listens. */
  RunningWebhook(KubernetesClient like, Clock clock, String secret, String... more) {
    this(like.getConfiguration(), clock, secret, more);
  }

  RunningWebhook(Config config, Clock clock, String secret, String... more) {
    client = new KubernetesClientBuilder().withConfig(config).build();
    webhook = new Webhook(settings(secret, more), client, clock);
    webhook.start();
    await().atMost(Duration.ofSeconds(60)).until(() -> webhook.address().isPresent());
  }

  int port() {
    return webhook.address().orElseThrow().getPort();
  }

  HttpResponse<String> management(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + webhook.managementPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Override
  public void close() {
    webhook.close();
    client.close();
  }

  private static WebhookSettings settings(String secret, String... more) {
    // The Service is called localhost so that its certificate fits the URL of the configuration.
    // A later argument replaces an earlier one of the same key.
    return WebhookSettings.load(
        Stream.concat(
                Stream.of(
                    "--bind.address=127.0.0.1",
                    "--tls.port=0",
                    "--management.port=0",
                    "--tls.secret-namespace=mcp-system",
                    "--tls.secret-name=" + secret,
                    "--tls.service-name=localhost",
                    "--webhook-configuration=mcp-webhook",
                    "--certificate.check-interval=PT0.2S",
                    "--shutdown.drain=PT0S"),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
