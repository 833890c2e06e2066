package dev.mcpgateway.local.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cluster DNS as a hosts file: a Service's names give its loopback alias, those of a headless
 * Service the aliases of its pods. JVMs read it with {@code -Djdk.net.hosts.file}; it then replaces
 * DNS for them, so the machine's own hosts file is part of it.
 */
public final class ClusterDns {
  private static final String DOMAIN = "cluster.local";
  private static final Path MACHINE = Path.of("/etc/hosts");

  private final Path file;
  private final AddressMap addresses;
  private volatile Map<String, List<String>> names = Map.of();

  public ClusterDns(Path file, AddressMap addresses) throws IOException {
    this.file = file;
    this.addresses = addresses;
    Files.createDirectories(file.toAbsolutePath().getParent());
    apply(ServiceTable.EMPTY);
  }

  public Path file() {
    return file;
  }

  /** Loopback alias of a cluster name; empty for other names. */
  public Optional<String> lookup(String name) {
    return Optional.ofNullable(names.get(name)).map(List::getFirst);
  }

  void apply(ServiceTable table) throws IOException {
    var now = names(table, addresses);
    if (now.equals(names) && Files.exists(file)) {
      return;
    }
    var next = file.resolveSibling(file.getFileName() + ".next");
    var machine = Files.exists(MACHINE) ? Files.readString(MACHINE) : "";
    Files.writeString(next, render(now, InetAddress.getLocalHost().getHostName(), machine));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    names = now;
  }

  static Map<String, List<String>> names(ServiceTable table, AddressMap addresses) {
    var all = new LinkedHashMap<String, List<String>>();
    for (var s : table.services()) {
      var base = s.name() + "." + s.namespace();
      if (s.clusterIp() != null) {
        put(all, base, addresses.loopback(s.clusterIp()));
      }
      for (var pod : s.pods()) {
        put(all, base, addresses.loopback(pod.address()));
        if (pod.hostname() != null) {
          put(all, pod.hostname() + "." + base, addresses.loopback(pod.address()));
        }
      }
    }
    return all;
  }

  private static void put(Map<String, List<String>> all, String base, String address) {
    for (var name : List.of(base + ".svc." + DOMAIN, base + ".svc", base)) {
      all.computeIfAbsent(name, n -> new ArrayList<>()).add(address);
    }
  }

  static String render(Map<String, List<String>> names, String hostName, String machine) {
    var text = new StringBuilder("127.0.0.1 localhost ").append(hostName).append('\n');
    names.forEach(
        (name, list) -> list.forEach(a -> text.append(a).append(' ').append(name).append('\n')));
    return text.append(machine).toString();
  }
}
