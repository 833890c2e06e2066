package dev.mcpgateway.local.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out for those who only know cluster addresses: an HTTP proxy that dials the loopback
 * alias instead. The API server uses it through its egress selector (Unix socket; Services,
 * webhooks and the node), pods that must reach another pod by address use it as an ordinary proxy
 * (TCP).
 */
public final class Egress implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Egress.class);
  private static final int DIAL_MILLIS = 5_000;

  private final ServerSocketChannel server;
  private final BiFunction<String, Integer, Optional<InetSocketAddress>> route;

  private Egress(
      ServerSocketChannel server, BiFunction<String, Integer, Optional<InetSocketAddress>> route) {
    this.server = server;
    this.route = route;
  }

  /**
   * For the API server: cluster addresses only, everything else is refused, so that nothing ever
   * leaves the machine.
   */
  public static Egress forApiServer(Path socket, AddressMap addresses) throws IOException {
    return start(
        UnixDomainSocketAddress.of(socket),
        (host, port) ->
            Optional.of(host)
                .filter(addresses::inCluster)
                .map(h -> new InetSocketAddress(addresses.loopback(h), port)));
  }

  /**
   * For pods: cluster addresses and cluster names, and any other host as the machine itself
   * resolves it.
   */
  public static Egress forPods(AddressMap addresses, ClusterDns dns) throws IOException {
    return start(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
        (host, port) ->
            Optional.of(
                new InetSocketAddress(dns.lookup(host).orElse(addresses.loopback(host)), port)));
  }

  private static Egress start(
      SocketAddress at, BiFunction<String, Integer, Optional<InetSocketAddress>> route)
      throws IOException {
    var server =
        at instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    server.bind(at);
    var egress = new Egress(server, route);
    Thread.ofVirtual().name("egress").start(egress::accept);
    return egress;
  }

  /** HOST:PORT of a TCP proxy. */
  public String address() {
    try {
      return server.getLocalAddress() instanceof InetSocketAddress a
          ? a.getAddress().getHostAddress() + ":" + a.getPort()
          : "";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        var client = server.accept();
        Thread.ofVirtual().name("egress-connection").start(() -> serve(client));
      } catch (IOException e) {
        if (server.isOpen()) {
          log.atWarn().setCause(e).log("Cannot accept a proxy connection");
        }
      }
    }
  }

  private void serve(SocketChannel client) {
    try {
      var request = ProxyRequest.read(client);
      var target = route.apply(request.host(), request.port());
      if (target.isEmpty() || target.get().isUnresolved()) {
        refuse(client, "403 Forbidden", request, "not an address of this cluster");
        return;
      }
      SocketChannel upstream;
      try {
        upstream = dial(target.get());
      } catch (IOException e) {
        refuse(client, "502 Bad Gateway", request, String.valueOf(e.getMessage()));
        return;
      }
      if (request.connect()) {
        write(client, "HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      write(upstream, request.forward());
      Splice.run(client, upstream);
    } catch (IOException | IllegalArgumentException e) {
      log.atDebug().setCause(e).log("Proxy connection ended early");
      Splice.closeQuietly(client);
    }
  }

  /** Dials with a deadline, which only the socket view of a channel offers. */
  static SocketChannel dial(InetSocketAddress target) throws IOException {
    var channel = SocketChannel.open();
    try {
      channel.socket().connect(target, DIAL_MILLIS);
      return channel;
    } catch (IOException e) {
      Splice.closeQuietly(channel);
      throw e;
    }
  }

  private static void refuse(SocketChannel client, String status, ProxyRequest request, String why)
      throws IOException {
    log.atDebug()
        .addKeyValue("host", request.host())
        .addKeyValue("port", request.port())
        .addKeyValue("why", why)
        .log("Proxy request refused");
    var answer = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    write(client, answer.getBytes(StandardCharsets.US_ASCII));
    client.close();
  }

  private static void write(SocketChannel to, byte[] bytes) throws IOException {
    write(to, ByteBuffer.wrap(bytes));
  }

  private static void write(SocketChannel to, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
