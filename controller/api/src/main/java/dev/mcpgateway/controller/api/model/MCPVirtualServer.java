package dev.mcpgateway.controller.api.model;

import dev.mcpgateway.controller.api.McpGroup;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Names a subset of the tools of its namespace's gateway. */
@Group(McpGroup.GROUP)
@Version(McpGroup.VERSION)
@ShortNames("mcpvs")
public final class MCPVirtualServer extends CustomResource<VirtualServerSpec, VirtualServerStatus>
    implements Namespaced {}
