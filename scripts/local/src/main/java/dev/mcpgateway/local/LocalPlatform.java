package dev.mcpgateway.local;

import dev.mcpgateway.local.network.AddressMap;
import dev.mcpgateway.local.network.ClusterDns;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running platform: what {@code local.sh up} starts, and what an end-to-end test uses.
 *
 * <pre>{@code
 * try (var platform = LocalPlatform.start(folder, Options.fromEnvironment().withImages(table))) {
 *   platform.kubectl("apply", "-f", "manifests");
 *   var gateway = platform.url("gateway-system", "team-a-gateway");
 * }
 * }</pre>
 */
public final class LocalPlatform implements AutoCloseable {
  private static final long COMMAND_SECONDS = 300;

  private final PlatformFolder folder;
  private final Tools tools;
  private final AddressMap addresses;
  private final KubernetesClient client;
  private final ClusterDns dns;
  private final Parts parts;

  LocalPlatform(
      PlatformFolder folder,
      Tools tools,
      AddressMap addresses,
      KubernetesClient client,
      ClusterDns dns,
      Parts parts) {
    this.folder = folder;
    this.tools = tools;
    this.addresses = addresses;
    this.client = client;
    this.dns = dns;
    this.parts = parts;
  }

  /**
   * Starts a platform and returns when pods can be created and Gateways are served.
   *
   * @param root its state folder; what a former platform left there is removed
   * @throws IllegalStateException if tools are missing, a platform already lives there, or a part
   *     does not become ready
   * @throws IOException if files or sockets cannot be created, or an image table cannot be read
   */
  public static LocalPlatform start(Path root, Options options) throws IOException {
    return new PlatformStart(new PlatformFolder(root), options).run();
  }

  /** What lies where in the state folder; logs are in {@link PlatformFolder#log}. */
  public PlatformFolder folder() {
    return folder;
  }

  /** The administrator's kubeconfig. */
  public Path kubeconfig() {
    return folder.kubeconfig();
  }

  /** A client with all rights. It is closed with the platform. */
  public KubernetesClient client() {
    return client;
  }

  public AddressMap addresses() {
    return addresses;
  }

  /**
   * URLs of a Gateway's HTTP listeners on this machine: first its Service's alias, then NodePorts.
   */
  public List<URI> urls(String namespace, String gateway) {
    return GatewayUrls.of(client, addresses, namespace, gateway);
  }

  /**
   * The first of {@link #urls}; it works in every platform of a machine at once.
   *
   * @throws IllegalStateException if the Gateway has no Service (yet)
   */
  public URI url(String namespace, String gateway) {
    var all = urls(namespace, gateway);
    if (all.isEmpty()) {
      throw new IllegalStateException(
          "Gateway " + namespace + "/" + gateway + " has no Service yet");
    }
    return all.getFirst();
  }

  /** {@code http://} URL of a Service's port on this machine. */
  public URI service(String namespace, String name, int port) {
    var host =
        dns.lookup(name + "." + namespace)
            .orElseThrow(
                () -> new IllegalStateException("there is no Service " + namespace + "/" + name));
    return URI.create("http://" + host + ":" + port);
  }

  /** What a command printed and how it ended. */
  public record Result(int exitCode, String output) {
    /** The output of a command that must succeed. */
    public String orFail() {
      if (exitCode != 0) {
        throw new IllegalStateException("exit code " + exitCode + ": " + output);
      }
      return output;
    }
  }

  /** Runs kubectl as administrator; standard output and standard error together. */
  public Result kubectl(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(tools.kubectl().toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /**
   * Runs any program as administrator of this cluster ({@code KUBECONFIG}), for at most five
   * minutes.
   */
  public Result run(String... command) throws IOException, InterruptedException {
    var output = Files.createTempFile(folder.data(), "command", ".out");
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(output.toFile());
      builder.environment().put("KUBECONFIG", kubeconfig().toString());
      var process = builder.start();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command[0] + " took too long:\n" + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** Ends everything; the state is removed, logs stay. */
  @Override
  public void close() {
    parts.close();
  }
}
