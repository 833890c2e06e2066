package dev.mcpgateway.broker.mcp;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Under which names this listener answers. A page of an attacker can make a browser send requests
 * here under the attacker's own name (DNS rebinding), so a foreign name is refused; an IP address
 * or a loopback name is no one's to rebind, and probes and tests use them. Behind Envoy the host is
 * always the public one.
 */
final class HostRule {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern IP = Pattern.compile("[0-9.]+|\\[[0-9a-f:.]+]");

  private final String publicHost;

  /**
   * @param publicHost the name clients use, or {@code *.domain}, without a port
   */
  HostRule(String publicHost) {
    this.publicHost = hostOf(publicHost);
  }

  boolean allowsHost(@Nullable String authority) {
    if (authority == null) {
      return false;
    }
    String host = hostOf(authority);
    return LOOPBACK.contains(host) || IP.matcher(host).matches() || isPublic(host);
  }

  private boolean isPublic(String host) {
    return publicHost.startsWith("*.")
        ? host.endsWith(publicHost.substring(1)) && host.length() >= publicHost.length()
        : host.equals(publicHost);
  }

  private static String hostOf(String authority) {
    String host = authority.strip().toLowerCase(Locale.ROOT);
    int port = host.indexOf(':', host.lastIndexOf(']') + 1);
    return port < 0 ? host : host.substring(0, port);
  }
}
