package dev.mcpgateway.webhook;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The jar that ships, as a process of its own; what it logs is how others learn of it. */
public final class WebhookProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ObjectMapper json = new ObjectMapper();
  private final Path log;
  private final Process process;
  private final int port;
  private int read;

  /**
   * Starts it and waits until it listens.
   *
   * @param folder for its kubeconfig and its output
   * @param configuration name of the ValidatingWebhookConfiguration
   * @param heap option of the JVM
   */
  public WebhookProcess(Path folder, String kubeConfig, String configuration, String heap)
      throws IOException {
    Path config = Files.writeString(folder.resolve("kubeconfig"), kubeConfig);
    log = Files.createTempFile(folder, "webhook", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            heap,
            "-jar",
            "target/mcp-webhook.jar",
            "--bind.address=127.0.0.1",
            "--tls.port=0",
            "--management.port=0",
            "--tls.secret-namespace=mcp-system",
            "--tls.secret-name=webhook-tls",
            "--tls.service-name=localhost",
            "--webhook-configuration=" + configuration,
            "--promotion.enabled=false",
            "--certificate.check-interval=PT0.2S");
    builder.environment().put("KUBECONFIG", config.toString());
    process =
        builder.redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(log.toFile()).start();
    try {
      await().atMost(PATIENCE).until(() -> listening().isPresent());
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw new IllegalStateException(Files.readString(log), e);
    }
    port = listening().orElseThrow();
  }

  /** Where it answers reviews. */
  public int port() {
    return port;
  }

  /** What it has logged since the last call. */
  public List<JsonNode> events() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    try (Stream<String> lines = Files.lines(log)) {
      for (String line : lines.skip(read).toList()) {
        events.add(json.readTree(line));
      }
    }
    read += events.size();
    return events;
  }

  /** The value of a key of a logged event. */
  public static String value(JsonNode event, String key) {
    return event.path("kvpList").findPath(key).asText();
  }

  /** Ends it without a chance to do anything about it. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  private OptionalInt listening() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> line.contains("Listening for reviews"))
          .mapToInt(line -> Integer.parseInt(value(tree(line), "port")))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode tree(String line) {
    try {
      return json.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
