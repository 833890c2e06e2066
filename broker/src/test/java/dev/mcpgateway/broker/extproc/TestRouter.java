package dev.mcpgateway.broker.extproc;

import dev.mcpgateway.broker.backend.ScriptedOpener;
import dev.mcpgateway.broker.catalog.Catalog;
import dev.mcpgateway.broker.route.ClientAuthorization;
import dev.mcpgateway.broker.route.Fixtures;
import dev.mcpgateway.broker.route.GatewayHosts;
import dev.mcpgateway.broker.route.Router;
import dev.mcpgateway.broker.route.RouterSettings;
import dev.mcpgateway.broker.session.RouterTokens;
import dev.mcpgateway.broker.session.SessionTokens;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/** A router for the fixtures' gateway whose servers are scripted. */
final class TestRouter {
  final ScriptedOpener opener = new ScriptedOpener();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final SessionTokens sessions =
      new SessionTokens(
          Fixtures.keys(), Fixtures.PUBLIC_HOST, Duration.ofHours(1), Clock.systemUTC());
  volatile Supplier<Catalog> catalog = () -> Fixtures.CATALOG;
  final ExtProcService service = new ExtProcService(parts(), meters);

  String session() {
    return sessions.issue(null, null);
  }

  RequestPhases phases() {
    return new RequestPhases(parts());
  }

  /** Requests that are still open, by the service's own count. */
  double openStreams() {
    return meters.get("mcp_router_open_streams").gauge().value();
  }

  double ended(String how) {
    var counter = meters.find("mcp_router_streams").tag("end", how).counter();
    return counter == null ? 0 : counter.count();
  }

  private RouterParts parts() {
    GatewayHosts hosts =
        new GatewayHosts(Fixtures.PUBLIC_HOST, Fixtures.INTERNAL_HOSTS, Fixtures.PRIVATE_HOST);
    return new RouterParts(
        new Router(RouterSettings.of(hosts)),
        () -> catalog.get(),
        sessions,
        new RouterTokens(Fixtures.keys(), Fixtures.PUBLIC_HOST, Clock.systemUTC()),
        opener.sessions(1000, Duration.ofSeconds(5), Clock.systemUTC()),
        ClientAuthorization.STRIP);
  }
}
