package dev.mcpgateway.broker.extproc;

import dev.mcpgateway.broker.backend.BackendSessions;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.route.ClientAuthorization;
import dev.mcpgateway.broker.route.Router;
import dev.mcpgateway.broker.session.RouterTokens;
import dev.mcpgateway.broker.session.SessionVerifier;
import java.util.function.Supplier;

/**
 * What carrying out a decision takes.
 *
 * @param catalog the catalogue in force; asked once per request
 * @param sessionTokens judges session ids, those that clients have ended included
 * @param clientAuthorization the same as in the router's settings
 */
public record RouterParts(
    Router router,
    Supplier<Catalog> catalog,
    SessionVerifier sessionTokens,
    RouterTokens routerTokens,
    BackendSessions backendSessions,
    ClientAuthorization clientAuthorization) {}
