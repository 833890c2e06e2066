package dev.mcpgateway.local.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job of kube-proxy in user space: a Service answers on the loopback alias of its cluster
 * address, a NodePort on 127.0.0.1, and each connection goes to the next ready endpoint. Without a
 * ready endpoint nothing listens, so a connection is refused as on a cluster.
 */
final class ServiceProxy implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServiceProxy.class);
  private static final InetAddress NODE_PORTS = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final AddressMap addresses;
  private final Map<InetSocketAddress, Listener> listeners = new LinkedHashMap<>();
  private final Map<InetSocketAddress, String> failed = new ConcurrentHashMap<>();

  ServiceProxy(AddressMap addresses) {
    this.addresses = addresses;
  }

  /**
   * Makes the listeners what the table says. Addresses that could not be bound are tried again with
   * every call.
   */
  synchronized void apply(ServiceTable table) {
    var wanted = forwards(table, addresses);
    listeners
        .entrySet()
        .removeIf(e -> {
          boolean gone = !wanted.containsKey(e.getKey());
          if (gone) {
            e.getValue().close();
          }
          return gone;
        });
    failed.keySet().removeIf(address -> !wanted.containsKey(address));
    wanted.forEach(this::listen);
  }

  /** Where which endpoints are offered; a port without endpoints is not in it. */
  static Map<InetSocketAddress, List<InetSocketAddress>> forwards(
      ServiceTable table, AddressMap addresses) {
    var all = new LinkedHashMap<InetSocketAddress, List<InetSocketAddress>>();
    for (var service : table.services()) {
      for (var port : service.ports()) {
        var targets =
            port.endpoints().stream()
                .map(t -> new InetSocketAddress(addresses.loopback(t.address()), t.port()))
                .toList();
        if (targets.isEmpty()) {
          continue;
        }
        if (service.clusterIp() != null) {
          all.put(
              new InetSocketAddress(addresses.loopback(service.clusterIp()), port.port()), targets);
        }
        if (port.nodePort() > 0) {
          all.put(new InetSocketAddress(NODE_PORTS, port.nodePort()), targets);
        }
      }
    }
    return all;
  }

  /** One line for each address: {@code NAMESPACE/NAME ADDRESS [why it does not answer]}. */
  synchronized String report(ServiceTable table) {
    var text = new StringBuilder();
    for (var service : table.services()) {
      for (var address : forwards(new ServiceTable(List.of(service)), addresses).keySet()) {
        text.append(service.namespace() + "/" + service.name() + " " + text(address));
        text.append(failed.containsKey(address) ? " " + failed.get(address) : "").append('\n');
      }
    }
    return text.toString();
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private void listen(InetSocketAddress address, List<InetSocketAddress> targets) {
    var existing = listeners.get(address);
    if (existing != null) {
      existing.targets = targets;
      return;
    }
    try {
      listeners.put(address, new Listener(address, targets));
      failed.remove(address);
    } catch (IOException e) {
      var why = "cannot be bound: " + e.getMessage();
      if (!why.equals(failed.put(address, why))) {
        log.atWarn()
            .addKeyValue("address", text(address))
            .addKeyValue("why", why)
            .log("Service address not available");
      }
    }
  }

  @Override
  public synchronized void close() {
    listeners.values().forEach(Listener::close);
    listeners.clear();
  }

  private static final class Listener implements AutoCloseable {
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<InetSocketAddress> targets;
    private final Thread acceptor;

    Listener(InetSocketAddress address, List<InetSocketAddress> targets) throws IOException {
      this.targets = targets;
      try {
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(address, 1024);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      acceptor = Thread.ofVirtual().name("service-proxy").start(this::accept);
    }

    private void accept() {
      while (server.isOpen()) {
        try {
          var client = server.accept();
          Thread.ofVirtual().start(() -> serve(client));
        } catch (IOException e) {
          if (server.isOpen()) {
            log.atWarn().setCause(e).log("Cannot accept a connection to a Service");
          }
        }
      }
    }

    private void serve(SocketChannel client) {
      var upstream = dialNext();
      try {
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (upstream == null) {
          client.setOption(StandardSocketOptions.SO_LINGER, 0);
          client.close();
          return;
        }
        upstream.setOption(StandardSocketOptions.TCP_NODELAY, true);
      } catch (IOException e) {
        Splice.closeQuietly(client);
        return;
      }
      Splice.run(client, upstream);
    }

    /**
     * The next endpoint in turn; one that cannot be reached is skipped, as the last resort there is
     * none.
     */
    private @Nullable SocketChannel dialNext() {
      var now = targets;
      for (int i = 0; i < now.size(); i++) {
        try {
          return Egress.dial(now.get(Math.floorMod(turn.getAndIncrement(), now.size())));
        } catch (IOException e) {
          log.atDebug().setCause(e).log("Endpoint not reachable");
        }
      }
      return null;
    }

    /**
     * Returns when nothing listens any more: the socket is really closed by the thread that waits
     * in accept, once it has noticed.
     */
    @Override
    public void close() {
      try {
        server.close();
        acceptor.join(CLOSING);
      } catch (IOException e) {
        log.atDebug().setCause(e).log("Cannot close a listener");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
