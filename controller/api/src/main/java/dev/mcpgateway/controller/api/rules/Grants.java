package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;

/**
 * Who may refer to what across namespaces (Gateway API, ReferenceGrant): grants add up, and none is
 * needed within one.
 */
public final class Grants {
  private Grants() {}

  /** Whether an extension may refer to the Gateway it claims. */
  public static boolean permitted(ExtensionFacts extension, World world) {
    return permitted(
        referrer(extension),
        McpGroup.GATEWAY_GROUP,
        McpGroup.GATEWAY_KIND,
        extension.gateway(),
        world);
  }

  /** Whether one grant is enough for that. */
  public static boolean permits(GrantFacts grant, ExtensionFacts extension) {
    return grant.permits(
        referrer(extension), McpGroup.GATEWAY_GROUP, McpGroup.GATEWAY_KIND, extension.gateway());
  }

  private static GrantFacts.From referrer(ExtensionFacts extension) {
    return new GrantFacts.From(
        McpGroup.GROUP, McpGroup.EXTENSION_KIND, extension.key().namespace());
  }

  /** Whether {@code referrer} may refer to the named object of {@code group} and {@code kind}. */
  public static boolean permitted(
      GrantFacts.From referrer, String group, String kind, ObjectKey target, World world) {
    return referrer.namespace().equals(target.namespace())
        || world
            .grantsIn(target.namespace())
            .anyMatch(grant -> grant.permits(referrer, group, kind, target));
  }
}
