package dev.mcpgateway.webhook;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Starts the webhook. Exit code 2 when a setting is wrong. */
public final class WebhookMain {
  private static final Logger log = LoggerFactory.getLogger(WebhookMain.class);

  /** Longest time a request to the API server may take. */
  static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  private WebhookMain() {}

  /** Runs until SIGTERM. */
  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    WebhookSettings settings;
    try {
      settings = WebhookSettings.load(arguments);
    } catch (InvalidSettingsException e) {
      log.atError().log(e.getMessage());
      System.exit(2);
      return;
    }
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder().withRequestTimeout(REQUEST_TIMEOUT_MILLIS).build())
            .build();
    var webhook = new Webhook(settings, client, Clock.systemUTC());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  webhook.close();
                  client.close();
                },
                "shutdown"));
    webhook.start();
    log.atInfo().addKeyValue("managementPort", webhook.managementPort()).log("Started");
  }
}
