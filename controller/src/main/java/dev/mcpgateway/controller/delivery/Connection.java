package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * To one broker, with the key it knows. Used by one thread; the keys are read again when the Secret
 * changed or when the broker knows none of them.
 */
final class Connection {
  /** Where the keys of an instance come from. */
  @FunctionalInterface
  interface Keys {
    /** See {@link PushKeys#read}. */
    List<Sealer> read(String namespace) throws DeliveryException;
  }

  private final Replica replica;
  private final PushClient client;
  private final Keys keys;
  private final AnswerRoom answers;
  private List<Sealer> sealers = List.of();
  private int known;
  private String readAt = "";

  /**
   * @param answers what answers may take that are being read
   */
  Connection(Replica replica, PushClient client, Keys keys, AnswerRoom answers) {
    this.replica = replica;
    this.client = client;
    this.keys = keys;
    this.answers = answers;
  }

  /**
   * Sends a request without waiting for the answer.
   *
   * @param keysVersion resourceVersion of the Secret with the keys
   */
  Exchange send(PushRequest request, String keysVersion) throws DeliveryException {
    if (sealers.isEmpty() || !keysVersion.equals(readAt)) {
      sealers = keys.read(replica.namespace());
      readAt = keysVersion;
      known = 0;
    }
    return client.send(replica.push(), sealers.get(known), request);
  }

  /**
   * The answer to what was sent; what is kept of its report is up to {@code keep}.
   *
   * @param silence the broker's, which does not last longer while there is no room for its answer
   */
  Exchange.Received receive(Exchange exchange, Silence silence, UnaryOperator<BrokerReport> keep)
      throws DeliveryException, InterruptedException {
    return exchange.receive(answers, replica.namespace(), silence, keep);
  }

  /** Sends a request, with one key after the other until the broker knows one. */
  Exchange.Received exchange(
      PushRequest request, String keysVersion, Silence silence, UnaryOperator<BrokerReport> keep)
      throws DeliveryException, InterruptedException {
    while (true) {
      try {
        return receive(send(request, keysVersion), silence, keep);
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
}
