package dev.mcpgateway.broker.status;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the kubelet wants to know. Reasons are for people; none means yes. */
public final class Health {
  private static final int DIAL_MILLIS = 1000;

  private final Lifecycle lifecycle;
  private final BooleanSupplier configUsable;
  private final Supplier<InetSocketAddress> grpc;

  /**
   * @param configUsable whether a configuration is in force, or there is none yet
   * @param grpc address of the router's listener, asked for each time
   */
  public Health(
      Lifecycle lifecycle, BooleanSupplier configUsable, Supplier<InetSocketAddress> grpc) {
    this.lifecycle = lifecycle;
    this.configUsable = configUsable;
    this.grpc = grpc;
  }

  /**
   * Why the process should be restarted. A listener that failed once, as when file descriptors run
   * out, never accepts again while the process lives on; the one for HTTP is asked by this very
   * request.
   */
  public List<String> reasonsToRestart() {
    return accepts(grpc.get()) ? List.of() : List.of("the gRPC listener does not accept");
  }

  /** Why no client should be sent here. */
  public List<String> reasonsToWait() {
    List<String> reasons = new ArrayList<>(reasonsToRestart());
    if (lifecycle.isDraining()) {
      reasons.add("stopping");
    }
    if (!configUsable.getAsBoolean()) {
      reasons.add("no usable configuration yet, see /status");
    }
    if (!lifecycle.isWarm()) {
      reasons.add("warming up");
    }
    return reasons;
  }

  private static boolean accepts(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    try (Socket socket = new Socket()) {
      socket.connect(
          host == null || host.isAnyLocalAddress()
              ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
              : address,
          DIAL_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
