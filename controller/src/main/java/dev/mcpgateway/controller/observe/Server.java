package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.config.ServerConfig;
import org.jspecify.annotations.Nullable;

/** A registered server as brokers shall know it, and its fingerprint, made once when asked for. */
final class Server {
  private final ServerConfig config;
  // Whoever asks at the same time makes the same once more.
  private volatile @Nullable String fingerprint;

  Server(ServerConfig config) {
    this.config = config;
  }

  ServerConfig config() {
    return config;
  }

  String name() {
    return config.name();
  }

  /** See {@link ServerConfig#fingerprint}. */
  String fingerprint() {
    String present = fingerprint;
    if (present == null) {
      present = config.fingerprint();
      fingerprint = present;
    }
    return present;
  }
}
