package dev.mcpgateway.broker.catalog;

import java.util.List;

/**
 * What one server has.
 *
 * @param serving whether calls would reach it now. The names of a server that is away stay
 *     reserved: another server must not slip in under a name clients know.
 */
public record Offer(List<OfferedTool> tools, boolean serving) {
  /** Of a server nothing is known about. */
  public static final Offer NOTHING = new Offer(List.of(), false);

  public Offer {
    tools = List.copyOf(tools);
  }
}
