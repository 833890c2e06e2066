package dev.mcpgateway.broker.route;

import java.util.Locale;

/**
 * Names under which a request can arrive. A port is usually shared: what is addressed to none of
 * these names belongs to somebody else and is left alone.
 */
public final class GatewayHosts {
  private final String publicHost;
  private final String internalSuffix;
  private final String internalExact;
  private final String privateHost;

  /** Whose a host is. */
  public enum Kind {
    /** The name clients use. */
    PUBLIC,
    /** A name of a server behind the gateway, which no client may address. */
    INTERNAL,
    /** The name the broker's own client uses to come back through the gateway. */
    PRIVATE,
    /** Not ours. */
    FOREIGN
  }

  /**
   * @param publicHost host of the gateway's listener, with or without a port
   * @param internalHostPattern host of the servers' listener, {@code *.team-a.mcp.local} or one
   *     name
   * @param privateHost {@code host:port} of the gateway inside the cluster
   */
  public GatewayHosts(String publicHost, String internalHostPattern, String privateHost) {
    this.publicHost = hostOf(publicHost);
    boolean wildcard = internalHostPattern.startsWith("*.");
    this.internalSuffix = wildcard ? hostOf(internalHostPattern.substring(1)) : "";
    this.internalExact = wildcard ? "" : hostOf(internalHostPattern);
    this.privateHost = hostOf(privateHost);
  }

  /** The public host, lower case, without a port. */
  public String publicHost() {
    return publicHost;
  }

  Kind kindOf(String authority) {
    String host = hostOf(authority);
    if (host.equals(publicHost)) {
      return Kind.PUBLIC;
    }
    if (host.isEmpty()) {
      return Kind.FOREIGN;
    }
    boolean internal =
        internalSuffix.isEmpty()
            ? host.equals(internalExact)
            : host.endsWith(internalSuffix) && host.length() > internalSuffix.length();
    if (internal) {
      return Kind.INTERNAL;
    }
    return host.equals(privateHost) ? Kind.PRIVATE : Kind.FOREIGN;
  }

  /**
   * The host of an authority (RFC 3986 §3.2): no user information, no port, no trailing dot, lower
   * case. Lenient on purpose: a malformed spelling of our name must not pass as somebody else's.
   */
  static String hostOf(String authority) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = host.indexOf(':', host.lastIndexOf(']') + 1);
    if (colon >= 0) {
      host = host.substring(0, colon);
    }
    int end = host.length();
    while (end > 0 && host.charAt(end - 1) == '.') {
      end--;
    }
    return host.substring(0, end).toLowerCase(Locale.ROOT);
  }
}
