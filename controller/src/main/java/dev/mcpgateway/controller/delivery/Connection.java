package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * To one broker, with the key it knows. Used by one thread; the keys are read again when the Secret
 * changed or when the broker knows none of them.
 */
final class Connection {
  private final Replica replica;
  private final PushClient client;
  private final PushKeys keys;
  private List<Sealer> sealers = List.of();
  private int known;
  private String readAt = "";

  Connection(Replica replica, PushClient client, PushKeys keys) {
    this.replica = replica;
    this.client = client;
    this.keys = keys;
  }

  /**
   * Sends a request without waiting for the answer.
   *
   * @param keysVersion resourceVersion of the Secret with the keys
   */
  CompletableFuture<PushReply> send(PushRequest request, String keysVersion)
      throws DeliveryException {
    if (sealers.isEmpty() || !keysVersion.equals(readAt)) {
      sealers = keys.read(replica.namespace());
      readAt = keysVersion;
      known = 0;
    }
    return client.send(replica.push(), sealers.get(known), request);
  }

  /** Sends a request, with one key after the other until the broker knows one. */
  PushReply exchange(PushRequest request, String keysVersion)
      throws DeliveryException, InterruptedException {
    while (true) {
      try {
        return await(send(request, keysVersion));
      } catch (DeliveryException e) {
        if (!e.isUnauthorized() || !tryNextKey()) {
          throw e;
        }
      }
    }
  }

  /** The broker did not know the key: goes on to the next; false when there is none left. */
  boolean tryNextKey() {
    known++;
    if (known < sealers.size()) {
      return true;
    }
    sealers = List.of();
    return false;
  }

  /** The answer, when it is here. */
  static PushReply await(CompletableFuture<PushReply> answer)
      throws DeliveryException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException | CompletionException e) {
      throw e.getCause() instanceof DeliveryException known
          ? known
          : DeliveryException.because("failed: " + e.getClass().getSimpleName());
    }
  }
}
