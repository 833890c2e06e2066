package dev.mcpgateway.broker.route;

import dev.mcpgateway.broker.api.InternalHeaders;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.catalog.CatalogTool;
import dev.mcpgateway.broker.route.RouteDecision.ToServer;
import java.util.List;

/**
 * Turns a client's call into the server's: the tool's own name, the server's host, path and
 * session, and headers by which policies behind the router can tell what is called.
 */
final class ServerRequests {
  /** Meant for this gateway and nobody behind it. */
  private static final List<String> FOR_THE_GATEWAY =
      List.of(
          "cookie",
          "proxy-authorization",
          InternalHeaders.VIRTUAL_SERVER,
          InternalHeaders.AUTHORIZED_TOOLS);

  private final ClientAuthorization clientAuthorization;

  ServerRequests(ClientAuthorization clientAuthorization) {
    this.clientAuthorization = clientAuthorization;
  }

  Forward forward(RequestHead head, ToServer decision, ServerSession session) {
    CatalogTool tool = decision.tool();
    ServerConfig server = tool.server();
    byte[] body = decision.call().params().messageWithName(tool.originalName());
    HeaderChanges.Builder changes = ClientHeaders.stripped(head);
    FOR_THE_GATEWAY.stream().filter(head::has).forEach(changes::remove);
    changes
        .set(InternalHeaders.METHOD, decision.call().method())
        .set(InternalHeaders.TOOL_NAME, HeaderText.encode(tool.originalName()))
        .set(InternalHeaders.SERVER_NAME, HeaderText.encode(server.name()))
        .set(InternalHeaders.ANNOTATION_HINTS, tool.hints().headerValue())
        .set(InternalHeaders.PROTOCOL_VERSION, session.protocolVersion())
        .set(":authority", server.hostname())
        .set(":path", ServerPath.of(server))
        .set("content-length", Integer.toString(body.length));
    if (session.id() == null) {
      // The client's own session id must not reach a server.
      changes.remove(InternalHeaders.SESSION_ID);
    } else {
      changes.set(InternalHeaders.SESSION_ID, session.id());
    }
    authorize(changes, server);
    return new Forward(changes.build(), body);
  }

  private void authorize(HeaderChanges.Builder changes, ServerConfig server) {
    if (server.credential() != null) {
      // Files that Secrets are made of often end in a line feed.
      changes.set("authorization", server.credential().strip());
    } else if (clientAuthorization == ClientAuthorization.STRIP) {
      changes.remove("authorization");
    }
  }
}
