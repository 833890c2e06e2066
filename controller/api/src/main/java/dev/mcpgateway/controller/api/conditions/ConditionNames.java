package dev.mcpgateway.controller.api.conditions;

import java.util.Set;

/**
 * Types and reasons of conditions. The first three reasons are the guide's and people grep for
 * them.
 */
public final class ConditionNames {
  public static final String READY = "Ready";

  /** Another extension or registration was there first. */
  public static final String CONFLICTED = "Conflicted";

  /** Every referenced object exists and may be referred to (Gateway API, {@code ResolvedRefs}). */
  public static final String RESOLVED_REFS = "ResolvedRefs";

  /** The specification is valid and in force (Gateway API, {@code Accepted}). */
  public static final String ACCEPTED = "Accepted";

  /** Every ready broker replica runs the current configuration. */
  public static final String PROGRAMMED = "Programmed";

  /** A broker is connected to the registered server. */
  public static final String BACKEND_REACHABLE = "BackendReachable";

  /** All types this project writes; others on the same object are somebody else's. */
  public static final Set<String> TYPES =
      Set.of(READY, CONFLICTED, RESOLVED_REFS, ACCEPTED, PROGRAMMED, BACKEND_REACHABLE);

  public static final String VALID_EXTENSION = "ValidMCPGatewayExtension";
  public static final String INVALID_EXTENSION = "InvalidMCPGatewayExtension";
  public static final String REFERENCE_GRANT_REQUIRED = "ReferenceGrantRequired";
  public static final String REGISTRATION_READY = "Ready";
  public static final String REGISTRATION_NOT_READY = "NotReady";

  private ConditionNames() {}
}
