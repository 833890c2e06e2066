package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.config.VirtualServerConfig;

/**
 * A Secret holds at most 1 MiB. The guard stands below that, so that the API server is never asked
 * for the impossible and nothing is ever truncated.
 */
public final class ConfigSize {
  /** Largest document that is written, in bytes. */
  public static final int LIMIT = 900 * 1024;

  /** Key names, quotes and line breaks of one entry; every character may need six bytes. */
  private static final int ENTRY = 128;

  private static final int WORST_CHARACTER = 6;

  private ConfigSize() {}

  /** Whether a configuration's document is over the limit; renders it only when it may be. */
  static boolean tooLarge(GatewayConfig config) {
    return bound(config) > LIMIT && ConfigCodec.write(config).length > LIMIT;
  }

  private static long bound(GatewayConfig config) {
    long bound = ENTRY;
    for (ServerConfig s : config.servers()) {
      int credential = s.credential() == null ? 0 : s.credential().length();
      bound +=
          ENTRY
              + (long) WORST_CHARACTER
                  * (s.name().length()
                      + s.url().length()
                      + s.hostname().length()
                      + s.toolPrefix().length()
                      + credential);
    }
    for (VirtualServerConfig v : config.virtualServers()) {
      bound += ENTRY + (long) WORST_CHARACTER * v.name().length();
      for (String tool : v.tools()) {
        bound += ENTRY + (long) WORST_CHARACTER * tool.length();
      }
    }
    return bound;
  }
}
