package dev.mcpgateway.controller.api.model;

import dev.mcpgateway.controller.api.McpGroup;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Adds the MCP server behind an HTTPRoute to the gateway that the route is attached to. */
@Group(McpGroup.GROUP)
@Version(McpGroup.VERSION)
@ShortNames("mcpsr")
public final class MCPServerRegistration
    extends CustomResource<RegistrationSpec, RegistrationStatus> implements Namespaced {}
