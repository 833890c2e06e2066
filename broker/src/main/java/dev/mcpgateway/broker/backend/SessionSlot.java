package dev.mcpgateway.broker.backend;

import dev.mcpgateway.broker.api.config.ServerConfig;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Place of one session with a server. Compared by identity: a later slot for the same server is
 * another one.
 */
final class SessionSlot {
  private final String clientSessionId;
  private final ServerConfig server;
  private final CompletableFuture<Opening> opening = new CompletableFuture<>();

  SessionSlot(String clientSessionId, ServerConfig server) {
    this.clientSessionId = clientSessionId;
    this.server = server;
  }

  String clientSessionId() {
    return clientSessionId;
  }

  ServerConfig server() {
    return server;
  }

  /** Completes with a value, never exceptionally. */
  CompletableFuture<Opening> opening() {
    return opening;
  }

  /** Calls {@code then} with the outcome: now, if it is known, or on the thread that brings it. */
  void whenKnown(Consumer<Opening> then) {
    var _ = opening.thenAccept(then);
  }

  @Nullable Opening now() {
    return opening.getNow(null);
  }

  /** Whether the slot is for the same endpoint; a registration's URL or host can change. */
  boolean leadsTo(ServerConfig other) {
    return server.url().equals(other.url()) && server.hostname().equals(other.hostname());
  }
}
