package dev.mcpgateway.local.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that must be told theirs. They are taken below the range of NodePorts and of
 * outgoing connections, so that nobody gets one by accident between the check and the start of the
 * program.
 */
final class Ports {
  private static final int LOWEST = 20_000;
  private static final int ABOVE = 30_000;
  private static final int TRIES = 1_000;

  private Ports() {}

  /** A port nobody listens on now. */
  static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, ABOVE);
      try (var probe = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // Taken: try another one.
      }
    }
    throw new IllegalStateException("no free port between " + LOWEST + " and " + ABOVE);
  }
}
