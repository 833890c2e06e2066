package dev.mcpgateway.controller.api.model;

import dev.mcpgateway.controller.api.McpGroup;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Binds its namespace to one Gateway API Gateway. */
@Group(McpGroup.GROUP)
@Version(McpGroup.VERSION)
@ShortNames("mcpge")
public final class MCPGatewayExtension extends CustomResource<ExtensionSpec, ExtensionStatus>
    implements Namespaced {}
