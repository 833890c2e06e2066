package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;

/** How a registration stands in the way of another one on the same Gateway. */
public sealed interface RegistrationConflict {
  /**
   * Another registration names the same HTTPRoute and path.
   *
   * @param holder in the same namespace, because a registration only uses routes of its own
   */
  record Duplicate(ObjectKey holder, ObjectKey route, String path)
      implements RegistrationConflict {}

  /**
   * Another registration uses the prefix on the same Gateway.
   *
   * @param holder for logs; it may be anywhere, so messages do not name it (decision 14)
   */
  record PrefixTaken(String prefix, ObjectKey gateway, ObjectKey holder)
      implements RegistrationConflict {}

  /**
   * One prefix begins with the other, so a tool's name may be read two ways: {@code a_} + {@code
   * b_c} and {@code a_b_} + {@code c}.
   */
  record PrefixOverlaps(String prefix, String other, ObjectKey gateway)
      implements RegistrationConflict {}
}
