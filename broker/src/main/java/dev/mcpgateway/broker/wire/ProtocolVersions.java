package dev.mcpgateway.broker.wire;

import java.util.List;

/**
 * MCP revisions with sessions that this gateway speaks, towards clients and towards servers, newest
 * first. 2024-11-05 is spoken over streamable HTTP only; its own transport is not offered.
 */
public final class ProtocolVersions {
  /** Offered first. */
  public static final String LATEST = "2025-11-25";

  /** All of them. */
  public static final List<String> SUPPORTED =
      List.of(LATEST, "2025-06-18", "2025-03-26", "2024-11-05");

  private ProtocolVersions() {}

  /** Whether this gateway speaks {@code version}. */
  public static boolean supports(String version) {
    return SUPPORTED.contains(version);
  }

  /**
   * What {@code initialize} answers (MCP 2025-11-25, Lifecycle, Version Negotiation): the client's
   * version if it is spoken here, the newest otherwise; the client then decides.
   */
  public static String negotiate(String requested) {
    return supports(requested) ? requested : LATEST;
  }
}
