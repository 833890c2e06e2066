package dev.mcpgateway.broker.route;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may speak to this gateway (MCP 2025-11-25 §Streamable HTTP, Security Warning: the
 * header {@code Origin} must be validated, a bad one is answered with 403): those of the gateway's
 * own host, those that were allowed, and those of the user's own machine, where nobody else serves
 * pages. Programs send none.
 */
public final class OriginRule {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final GatewayHosts hosts;
  private final Set<String> allowed;

  /**
   * @param allowed further origins, as {@code https://app.example.com}
   */
  public OriginRule(GatewayHosts hosts, List<String> allowed) {
    this.hosts = hosts;
    this.allowed = new TreeSet<>();
    allowed.forEach(origin -> this.allowed.add(origin.toLowerCase(Locale.ROOT)));
  }

  /** Whether a request with this {@code Origin} may be served; null means that there is none. */
  public boolean allows(@Nullable String origin) {
    if (origin == null) {
      return true;
    }
    String given = origin.toLowerCase(Locale.ROOT);
    if (allowed.contains(given)) {
      return true;
    }
    int scheme = given.indexOf("://");
    if (scheme <= 0) {
      return false;
    }
    String authority = given.substring(scheme + 3);
    return hosts.kindOf(authority) == GatewayHosts.Kind.PUBLIC
        || LOOPBACK.contains(GatewayHosts.hostOf(authority));
  }
}
