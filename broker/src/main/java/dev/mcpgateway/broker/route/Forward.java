package dev.mcpgateway.broker.route;

/** A request as the server is to get it. */
public final class Forward {
  private final HeaderChanges changes;
  private final byte[] body;

  Forward(HeaderChanges changes, byte[] body) {
    this.changes = changes;
    this.body = body;
  }

  /** To the client's headers. */
  public HeaderChanges changes() {
    return changes;
  }

  /** Replaces the client's body; not to be changed. */
  public byte[] body() {
    return body;
  }

  /** Sizes only. */
  @Override
  public String toString() {
    return "Forward[%s, %d bytes]".formatted(changes, body.length);
  }
}
