package dev.mcpgateway.broker.fake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port for something that is told where to listen before it does. */
public final class FreePort {
  private FreePort() {}

  /**
   * A loopback port that nothing listens on. Below those the kernel gives to connections and to
   * listeners without a wish, so that none of these takes it meanwhile.
   */
  public static int choose() {
    return ThreadLocalRandom.current()
        .ints(20_000, 29_000)
        .filter(FreePort::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
