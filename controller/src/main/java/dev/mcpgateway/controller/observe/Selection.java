package dev.mcpgateway.controller.observe;

import java.util.List;

/**
 * The tools of a virtual server against those its gateway serves.
 *
 * @param resolved how many are served
 * @param unknown those that are not, in order
 */
public record Selection(int resolved, List<String> unknown) {
  public Selection {
    unknown = List.copyOf(unknown);
  }
}
