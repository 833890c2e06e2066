package dev.mcpgateway.controller.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.delivery.ReplicasSnapshot;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import dev.mcpgateway.controller.secrets.StoredConfig;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a route is said to be programmed for a registration. */
class RouteUseTest {
  private static final ObjectKey GATEWAY = new ObjectKey("team", "g");
  private static final ObjectKey ROUTE = new ObjectKey("team", "s");

  @Test
  void nothingIsSaidOfARouteBeforeItsRegistrationIsStored() {
    World world = world("/mcp", "istio.io/gateway-controller");
    assertThat(inUse(world, GatewayConfig.EMPTY)).isEmpty();
    assertThat(inUse(world, wanted(world))).hasSize(1);
  }

  @Test
  void whatWasSaidStaysWhileTheRegistrationChanges() {
    World before = world("/before", "istio.io/gateway-controller");
    String[] controllers = {"istio.io/gateway-controller", FactsMapper.ROUTE_CONTROLLER_NAME};
    assertThat(inUse(world("/mcp", controllers), wanted(before))).hasSize(1);
    assertThat(inUse(world("/mcp", "istio.io/gateway-controller"), wanted(before))).isEmpty();
  }

  private static Set<?> inUse(World world, GatewayConfig stored) {
    return new Observer()
        .observe(world, secrets(stored), ReplicasSnapshot.EMPTY, Instant.EPOCH)
        .route(ROUTE)
        .map(RouteInputs::inUse)
        .orElseThrow();
  }

  private static GatewayConfig wanted(World world) {
    GatewayConfig wanted =
        new Observer()
            .observe(world, SecretsSnapshot.EMPTY, ReplicasSnapshot.EMPTY, Instant.EPOCH)
            .instance("team")
            .orElseThrow()
            .wanted();
    assertThat(wanted.servers()).hasSize(1);
    return wanted;
  }

  private static SecretsSnapshot secrets(GatewayConfig config) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace("team")
            .withName("mcp-gateway-config")
            .endMetadata()
            .withData(
                Map.of(
                    "config.yaml",
                    Base64.getEncoder().encodeToString(ConfigCodec.write(config)),
                    "version",
                    Base64.getEncoder().encodeToString("1".getBytes(UTF_8))))
            .build();
    return new SecretsSnapshot(Map.of("team", StoredConfig.of(secret, Instant.EPOCH)), Map.of());
  }

  private static World world(String path, String... controllers) {
    ObjectKey extension = new ObjectKey("team", "e");
    return World.builder()
        .extensions(
            Map.of(
                extension, new ExtensionFacts(extension, "uid", Instant.EPOCH, false, GATEWAY, 1)))
        .gateways(
            Map.of(
                GATEWAY,
                new GatewayFacts(GATEWAY, "istio", List.of("mcp"), new RouteSources.Anywhere())))
        .registrations(
            Map.of(
                ROUTE,
                new RegistrationFacts(
                    ROUTE, "uid", Instant.EPOCH, false, 1, ROUTE, "s_", path, null)))
        .routes(Map.of(ROUTE, FactsMapper.route(route(controllers))))
        .services(
            Map.of(
                ROUTE, new ServiceFacts(ROUTE, null, List.of(new ServiceFacts.Port(80, "http")))))
        .build();
  }

  private static HTTPRoute route(String... controllers) {
    HTTPRouteBuilder route =
        new HTTPRouteBuilder()
            .withNewMetadata()
            .withNamespace("team")
            .withName("s")
            .withGeneration(1L)
            .endMetadata()
            .withNewSpec()
            .addNewParentRef()
            .withName("g")
            .endParentRef()
            .withHostnames("s.mcp.local")
            .addNewRule()
            .addNewBackendRef()
            .withName("s")
            .withPort(80)
            .endBackendRef()
            .endRule()
            .endSpec();
    for (String controller : controllers) {
      route
          .editOrNewStatus()
          .addNewParent()
          .withControllerName(controller)
          .withNewParentRef()
          .withName("g")
          .endParentRef()
          .addToConditions(
              new ConditionBuilder()
                  .withType(
                      controller.equals(FactsMapper.ROUTE_CONTROLLER_NAME)
                          ? "Programmed"
                          : "Accepted")
                  .withStatus("True")
                  .build())
          .endParent()
          .endStatus();
    }
    return route.build();
  }
}
