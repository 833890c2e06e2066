package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options a JVM needs to feel at home in this cluster, as an argument file ({@code
 * java @FILE}): cluster DNS without caching, the proxy for pod addresses, and the container's
 * memory limit as the memory of the machine. A dozen of them share a few cores and live for
 * minutes: the optimising compiler would take from the others more than it could ever give back.
 */
final class JavaArgs {
  /**
   * Names in the hosts file and loopback addresses are reached directly; only bare pod addresses
   * need the proxy.
   */
  private static final String DIRECT = "localhost|127.*|*.cluster.local|*.svc";

  private final Path hosts;
  private final String proxy;

  JavaArgs(Path hosts, String proxy) {
    this.hosts = hosts;
    this.proxy = proxy;
  }

  void write(Path file, Container container) throws IOException {
    // A pod without volumes has no folder yet.
    Files.createDirectories(file.getParent());
    var security = file.resolveSibling("java.security");
    Files.writeString(
        security, "networkaddress.cache.ttl=0\nnetworkaddress.cache.negative.ttl=0\n");
    var host = proxy.substring(0, proxy.lastIndexOf(':'));
    var port = proxy.substring(proxy.lastIndexOf(':') + 1);
    var text =
        """
        -Djdk.net.hosts.file="%s"
        -Djava.security.properties="%s"
        -Dhttp.proxyHost=%s
        -Dhttp.proxyPort=%s
        -Dhttps.proxyHost=%s
        -Dhttps.proxyPort=%s
        "-Dhttp.nonProxyHosts=%s"
        -XX:TieredStopAtLevel=1
        -XX:+UseSerialGC
        """
            .formatted(hosts, security, host, port, host, port, DIRECT);
    Files.writeString(file, text + memory(container).map(m -> "-XX:MaxRAM=" + m + "\n").orElse(""));
  }

  /** The limit in bytes. */
  private static Optional<String> memory(Container container) {
    return Optional.ofNullable(container.getResources())
        .map(r -> r.getLimits())
        .map(l -> l.get("memory"))
        .map(q -> q.getNumericalAmount().toBigInteger().toString());
  }
}
