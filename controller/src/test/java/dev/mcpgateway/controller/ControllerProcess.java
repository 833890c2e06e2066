package dev.mcpgateway.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The controller's jar as a process of its own, so that its memory can be told from the test's. */
final class ControllerProcess implements AutoCloseable {
  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern HEAP = Pattern.compile("used (\\d+)K");

  private final Process process;
  private final int port;

  /**
   * @param folder for its log and the kubeconfig
   */
  ControllerProcess(Path folder, String kubeConfig, String maxHeap) throws IOException {
    port = freePort();
    Path config = Files.writeString(folder.resolve("controller.kubeconfig"), kubeConfig);
    ProcessBuilder builder =
        new ProcessBuilder(
            java("java"),
            "-Xmx" + maxHeap,
            "-XX:+ExitOnOutOfMemoryError",
            "-jar",
            "target/mcp-controller.jar",
            "--bind.address=127.0.0.1",
            "--management.port=" + port,
            "--namespace=default");
    builder.environment().put("KUBECONFIG", config.toString());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("controller.log").toFile());
    process = builder.start();
  }

  /** Resident set in MiB. */
  long rss() throws IOException {
    return find(RSS, Files.readString(Path.of("/proc/%d/status".formatted(process.pid())))) / 1024;
  }

  /** Heap that is reachable, in MiB: after a collection. */
  long heap() throws IOException, InterruptedException {
    jcmd("GC.run");
    return find(HEAP, jcmd("GC.heap_info")) / 1024;
  }

  /** Everything in Prometheus' text format. */
  String metrics() throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  private String jcmd(String command) throws IOException {
    Process jcmd =
        new ProcessBuilder(List.of(java("jcmd"), Long.toString(process.pid()), command)).start();
    try (var out = jcmd.getInputStream()) {
      return new String(out.readAllBytes(), UTF_8);
    }
  }

  private static String java(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }

  private static long find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no number where one was expected: " + text);
    }
    return Long.parseLong(matcher.group(1));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
