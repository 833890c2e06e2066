package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import org.jspecify.annotations.Nullable;

/** Why a virtual server shows less than it says. */
public sealed interface VirtualServerProblem {
  /** No extension in its namespace, so no gateway serves it. */
  record NoExtension(String namespace) implements VirtualServerProblem {}

  /** The extension of its namespace does not hold its Gateway, so no gateway serves it. */
  record NotServed(String namespace) implements VirtualServerProblem {}

  /**
   * No registration of the Gateway offers the tool.
   *
   * @param nearest the offered name most like it, null when none is
   */
  record UnknownTool(ObjectKey gateway, String tool, @Nullable String nearest)
      implements VirtualServerProblem {}
}
