package dev.mcpgateway.local.node;

import dev.mcpgateway.local.network.AddressMap;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a node is and what it offers its pods.
 *
 * @param folder pods' volumes and working folders
 * @param logs pods' logs
 * @param apiServer where pods reach the API server
 * @param hosts cluster DNS as a hosts file
 * @param clusterProxy HOST:PORT of the HTTP proxy that knows cluster addresses and names
 * @param environment values for placeholders of the image table
 */
public record NodeSettings(
    Path folder,
    Path logs,
    URI apiServer,
    AddressMap addresses,
    Path hosts,
    String clusterProxy,
    ImageTable images,
    Map<String, String> environment) {
  public NodeSettings {
    environment = Map.copyOf(environment);
  }

  /** The environment may hold credentials of the developer. */
  @Override
  public String toString() {
    return "node at " + folder;
  }
}
