package dev.mcpgateway.webhook;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Service: one port in front of several, new connections in turn. As with kube-proxy, a
 * connection that is open stays with its backend after that has been taken out.
 */
final class Balancer implements AutoCloseable {
  private final List<Integer> backends = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger turn = new AtomicInteger();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ServerSocket listener;

  Balancer() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    executor.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void add(int port) {
    backends.add(port);
  }

  void remove(int port) {
    backends.remove(Integer.valueOf(port));
  }

  /** Ends all connections and takes no more. */
  void cut() {
    shut(listener);
    open.forEach(Balancer::shut);
  }

  @Override
  public void close() {
    cut();
    executor.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        executor.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed: the end of this balancer.
    }
  }

  private void serve(Socket client) {
    List<Integer> present = List.copyOf(backends);
    int backend = present.get(Math.floorMod(turn.getAndIncrement(), present.size()));
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), backend)) {
      open.add(server);
      executor.execute(() -> pump(server, client));
      pump(client, server);
      open.remove(server);
    } catch (IOException e) {
      // Nobody listens there: the caller sees its connection closed.
    }
    open.remove(client);
  }

  /** Until one side closes; then both are closed. */
  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Closed by the other direction.
    }
  }

  private static void shut(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
