package dev.mcpgateway.broker.envoy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.fake.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Envoy as a child process, configured from {@code envoy.yaml} of the test resources. */
final class EnvoyProcess implements AutoCloseable {
  /** The chart's filter is what is tested, not a copy of it. */
  private static final Path CHART_FILTER =
      Path.of("../charts/mcp-gateway/templates/gateway/envoyfilter.yaml");

  private final Process process;
  private final int port;
  private final int adminPort;
  private final Path log;

  private EnvoyProcess(Process process, int port, int adminPort, Path log) {
    this.process = process;
    this.port = port;
    this.adminPort = adminPort;
    this.log = log;
  }

  /**
   * Starts Envoy and waits until it serves.
   *
   * @param port where it listens
   * @param ports values for the placeholders of the configuration, by name
   */
  static EnvoyProcess start(Path folder, int port, Map<String, Integer> ports) throws IOException {
    String envoy = System.getenv("ENVOY");
    if (envoy == null) {
      throw new IllegalStateException(
          "ENVOY is not set: run the tests through scripts/build.sh or scripts/test.sh");
    }
    int adminPort = FreePort.choose();
    String config = template().replace("${PORT}", "" + port).replace("${ADMIN}", "" + adminPort);
    for (Map.Entry<String, Integer> entry : ports.entrySet()) {
      config = config.replace("${" + entry.getKey() + "}", "" + entry.getValue());
    }
    Path file = Files.writeString(folder.resolve("envoy.yaml"), config);
    Path log = folder.resolve("envoy.log");
    Process process =
        new ProcessBuilder(
                envoy,
                "-c",
                file.toString(),
                "--concurrency",
                "2",
                "--use-dynamic-base-id",
                "-l",
                "warning")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    EnvoyProcess started = new EnvoyProcess(process, port, adminPort, log);
    started.awaitReady();
    return started;
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sum of all counters whose name ends so. */
  long stat(String suffix) throws IOException {
    return admin("/stats")
        .lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2 && pair[0].endsWith(suffix))
        .mapToLong(pair -> Long.parseLong(pair[1]))
        .sum();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void awaitReady() {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(() -> {
          assertThat(process.isAlive()).as(log()).isTrue();
          assertThat(admin("/ready")).contains("LIVE");
        });
  }

  private String admin(String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + adminPort + path);
    try (InputStream in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String template() throws IOException {
    List<String> chart = Files.readAllLines(CHART_FILTER);
    int from = indexOf(chart, "typed_config:") + 1;
    int to = indexOf(chart, "grpc_service:");
    String indent = " ".repeat(14);
    int margin = chart.get(from).indexOf('"');
    StringBuilder filter = new StringBuilder();
    for (String line : chart.subList(from, to)) {
      filter.append(indent).append(line.substring(margin)).append('\n');
    }
    assertThat(filter).doesNotContain("{{");
    try (InputStream in = EnvoyProcess.class.getResourceAsStream("/envoy.yaml")) {
      if (in == null) {
        throw new IllegalStateException("envoy.yaml is not among the test resources");
      }
      return new String(in.readAllBytes(), UTF_8)
          .replace(indent + "${FILTER}\n", filter.toString());
    }
  }

  private static int indexOf(List<String> lines, String key) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().equals(key)) {
        return i;
      }
    }
    throw new IllegalStateException(CHART_FILTER + " has no line " + key);
  }
}
