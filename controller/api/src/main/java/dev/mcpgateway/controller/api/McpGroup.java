package dev.mcpgateway.controller.api;

/** Names of this project's API group, labels and well-known objects. */
public final class McpGroup {
  public static final String GROUP = "mcp.kagenti.com";
  public static final String VERSION = "v1alpha1";
  public static final String EXTENSION_KIND = "MCPGatewayExtension";
  public static final String REGISTRATION_KIND = "MCPServerRegistration";
  public static final String VIRTUAL_SERVER_KIND = "MCPVirtualServer";

  public static final String GATEWAY_GROUP = "gateway.networking.k8s.io";
  public static final String GATEWAY_KIND = "Gateway";

  /** Label, with value {@code true}, that lets a registration use a Secret as its credential. */
  public static final String CREDENTIAL_LABEL = "mcp.kagenti.com/credential";

  /** Label, with value {@code true}, of every configuration Secret. */
  public static final String AGGREGATED_LABEL = "mcp.kagenti.com/aggregated";

  /** Label of an EnvoyFilter: the namespace whose router it brings into a Gateway. */
  public static final String INSTANCE_NAMESPACE_LABEL = "mcp.kagenti.com/instance-namespace";

  /** Label of an EnvoyFilter: the name of the Gateway it was made for. */
  public static final String GATEWAY_LABEL = "mcp.kagenti.com/gateway";

  /** The broker's configuration, in the namespace of its extension. */
  public static final String CONFIG_SECRET = "mcp-gateway-config";

  /** Keys of one gateway instance: session signing, router, push. */
  public static final String KEYS_SECRET = "mcp-gateway-keys";

  /** Annotation of an extension: a value that is new asks for new keys. */
  public static final String ROTATE_KEYS_ANNOTATION = "mcp.kagenti.com/rotate-keys";

  private McpGroup() {}
}
