package dev.mcpgateway.broker.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.mcpgateway.broker.api.status.BrokerStatus;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.api.status.ServerStatus;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET /status} and {@code GET /status/{namespace}/{name}}. For the cluster only: the chart's
 * HTTPRoute does not lead here.
 */
public final class StatusRoutes implements HttpService {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(
              // An Instant's text is RFC 3339, as the guide's tooling reads it.
              new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
          .build();

  private final Supplier<UpstreamSnapshot> servers;
  private final Supplier<ConfigStatus> config;
  private final Clock clock;

  public StatusRoutes(
      Supplier<UpstreamSnapshot> servers, Supplier<ConfigStatus> config, Clock clock) {
    this.servers = servers;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public void routing(HttpRules routing) {
    routing
        .get("/", (req, res) -> send(res, 200, status()))
        .get("/{namespace}/{name}", this::one)
        .any("/*", StatusRoutes::refuse);
  }

  private BrokerStatus status() {
    return StatusBuilder.build(servers.get(), config.get(), clock.instant());
  }

  private void one(ServerRequest req, ServerResponse res) throws JsonProcessingException {
    String name =
        "%s/%s"
            .formatted(
                req.path().pathParameters().get("namespace"),
                req.path().pathParameters().get("name"));
    Optional<ServerStatus> found =
        status().servers().stream().filter(server -> server.name().equals(name)).findAny();
    if (found.isPresent()) {
      send(res, 200, found.get());
    } else {
      send(res, 404, Map.of("error", "no such server, see /status for those there are"));
    }
  }

  private static void refuse(ServerRequest req, ServerResponse res) throws JsonProcessingException {
    res.header(HeaderNames.ALLOW, "GET");
    send(res, 405, Map.of("error", "only GET is supported"));
  }

  private static void send(ServerResponse res, int status, Object body)
      throws JsonProcessingException {
    res.status(status);
    res.header(HeaderValues.CONTENT_TYPE_JSON);
    res.send(JSON.writeValueAsBytes(body));
  }
}
