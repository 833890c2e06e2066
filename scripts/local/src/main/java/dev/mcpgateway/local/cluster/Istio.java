package dev.mcpgateway.local.cluster;

import dev.mcpgateway.local.process.ChildProcess;
import dev.mcpgateway.local.process.Launch;
import dev.mcpgateway.local.process.ProcessTable;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The Gateway API provider: real istiod. It creates a Deployment and a Service for every Gateway
 * from the template {@code kube-gateway}; ours ({@code istio/kube-gateway.yaml}) differs from
 * Istio's own only in the container, which is plain Envoy with a bootstrap in its arguments instead
 * of Istio's agent.
 */
public final class Istio {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int POLL_MILLIS = 2_000;
  private static final String NAMESPACE = "istio-system";

  private final Path folder;
  private final Path log;
  private final ProcessTable processes;
  private final int xdsPort = Ports.free();
  private final int httpPort = Ports.free();

  public Istio(Path folder, Path logs, ProcessTable processes) {
    this.folder = folder;
    this.log = logs.resolve("istiod.log");
    this.processes = processes;
  }

  /** Where istiod serves its configuration to Envoys, on 127.0.0.1, in plain text. */
  public int xdsPort() {
    return xdsPort;
  }

  /** Applies the kinds istiod works with and returns when they are served. */
  public void applyCrds(KubernetesClient client, Path gatewayApi, Path istio, ChildProcess api)
      throws IOException {
    var crds = new Crds(client);
    var names = new ArrayList<>(crds.apply(gatewayApi));
    names.addAll(crds.apply(istio));
    Await.until(
        "The CustomResourceDefinitions are not served", api, log, LIMIT, () -> crds.served(names));
  }

  /** Starts istiod and returns when its GatewayClass is there. */
  public void start(KubernetesClient client, Path istiod, Path kubeconfig, int envoyXdsPort)
      throws IOException {
    var inject = folder.resolve("var/lib/istio/inject");
    Files.createDirectories(inject);
    Files.writeString(folder.resolve("mesh.yaml"), resource("mesh.yaml"));
    Files.writeString(inject.resolve("values"), resource("values.json"));
    Files.writeString(inject.resolve("config"), injectConfig(envoyXdsPort));
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    var child =
        processes.start(
            new Launch("istiod", command(istiod, kubeconfig), environment(), folder, log));
    Await.until("istiod is not ready", child, log, LIMIT, this::ready);
    Await.until("There is no GatewayClass istio", child, log, LIMIT, () -> gatewayClass(client));
  }

  private List<String> command(Path istiod, Path kubeconfig) {
    return List.of(
        istiod.toString(),
        "discovery",
        "--kubeconfig=" + kubeconfig,
        "--httpAddr=127.0.0.1:" + httpPort,
        "--httpsAddr=",
        "--grpcAddr=127.0.0.1:" + xdsPort,
        "--secureGRPCAddr=",
        "--monitoringAddr=127.0.0.1:" + Ports.free(),
        // 0: any free port.
        "--ctrlz_port=0",
        "--meshConfig=" + folder.resolve("mesh.yaml"),
        "--domain=cluster.local");
  }

  /**
   * Everything on loopback and in plain text; no filters that exist only in Istio's own build of
   * Envoy.
   */
  private Map<String, String> environment() {
    return Map.ofEntries(
        Map.entry("PATH", "/usr/bin:/bin"),
        Map.entry("HOME", folder.toString()),
        Map.entry("POD_NAMESPACE", NAMESPACE),
        Map.entry("POD_NAME", "istiod"),
        Map.entry("REVISION", "default"),
        Map.entry("PILOT_ENABLE_ALPN_FILTER", "false"),
        Map.entry("PILOT_ENABLE_METADATA_EXCHANGE", "false"),
        Map.entry("PILOT_ENABLE_TELEMETRY_LABEL", "false"),
        Map.entry("ENABLE_CA_SERVER", "false"),
        Map.entry("PILOT_CERT_PROVIDER", "none"),
        Map.entry("INJECTION_WEBHOOK_CONFIG_NAME", ""),
        Map.entry("VALIDATION_WEBHOOK_CONFIG_NAME", ""));
  }

  private boolean ready() throws IOException {
    var url = URI.create("http://127.0.0.1:" + httpPort + "/ready").toURL();
    var connection = (HttpURLConnection) url.openConnection();
    connection.setConnectTimeout(POLL_MILLIS);
    connection.setReadTimeout(POLL_MILLIS);
    return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
  }

  private static boolean gatewayClass(KubernetesClient client) {
    return client
            .genericKubernetesResources("gateway.networking.k8s.io/v1", "GatewayClass")
            .withName("istio")
            .get()
        != null;
  }

  private static String injectConfig(int envoyXdsPort) throws IOException {
    return "templates:\n  kube-gateway: |\n"
        + resource("kube-gateway.yaml")
            .replace("@XDS_PORT@", Integer.toString(envoyXdsPort))
            .indent(4);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Istio.class.getResourceAsStream("/istio/" + name), name)) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
