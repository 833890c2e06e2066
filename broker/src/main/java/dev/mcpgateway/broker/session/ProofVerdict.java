package dev.mcpgateway.broker.session;

/** What the proof of a request turned out to be. */
public sealed interface ProofVerdict {

  /** Most requests: nobody claims anything. */
  record Absent() implements ProofVerdict {}

  /**
   * Sent by this instance's own client.
   *
   * @param host authority to route to
   * @param server {@code namespace/name} of the server behind it
   * @param method what the request does, for policies
   */
  record Granted(String host, String server, String method) implements ProofVerdict {}

  /**
   * Forged, expired, for something else or used before.
   *
   * @param reason a constant word for logs and metrics
   */
  record Denied(String reason) implements ProofVerdict {}
}
