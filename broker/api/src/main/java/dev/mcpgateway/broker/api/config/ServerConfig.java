package dev.mcpgateway.broker.api.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * One registered MCP server.
 *
 * @param name {@code namespace/name} of the MCPServerRegistration, unique in a configuration
 * @param url absolute http or https URL of the MCP endpoint, used by the broker to connect
 *     directly; its path is also the path of routed calls
 * @param hostname authority under which the gateway's HTTPRoute reaches the server
 * @param toolPrefix put before every tool name of this server, possibly empty
 * @param credential value of the Authorization header towards the server, scheme included
 * @param enabled a disabled server keeps its entry and serves nothing
 */
public record ServerConfig(
    String name,
    String url,
    String hostname,
    String toolPrefix,
    @Nullable String credential,
    boolean enabled) {

  /**
   * Names this configuration: every other one has another fingerprint. Says nothing about what is
   * in it, but who guesses the credential can confirm the guess, so it goes only where sealed.
   */
  public String fingerprint() {
    String all =
        String.join(
            "\n",
            name,
            url,
            hostname,
            toolPrefix,
            credential == null ? "none" : "present " + credential,
            String.valueOf(enabled));
    return ConfigCodec.hash(all.getBytes(UTF_8));
  }

  /** Without the credential: configurations are logged. */
  @Override
  public String toString() {
    return "ServerConfig[name=%s, url=%s, hostname=%s, toolPrefix=%s, credential=%s, enabled=%s]"
        .formatted(
            name, url, hostname, toolPrefix, credential == null ? "none" : "present", enabled);
  }
}
