package dev.mcpgateway.local.network;

import static dev.mcpgateway.local.network.Tables.HEADLESS;
import static dev.mcpgateway.local.network.Tables.SERVICE;
import static dev.mcpgateway.local.network.Tables.slice;
import static dev.mcpgateway.local.network.Tables.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.local.network.ServiceTable.Host;
import dev.mcpgateway.local.network.ServiceTable.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceTableTest {
  private static final String PORTS = "[{name: http, port: 8080}, {name: other, port: 9090}]";

  @Test
  void aPortHasTheReadyEndpointsOfItsName() {
    var slice =
        slice(
            "web",
            PORTS,
            "[{addresses: [10.244.0.2], conditions: {ready: true}}, {addresses: [10.244.0.3],"
                + " conditions: {ready: false, serving: false}}]");
    assertThat(endpoints(slice)).containsExactly(new Target("10.244.0.2", 8080));
  }

  @Test
  void withoutAReadyEndpointThoseThatStillServeAreUsed() {
    var slice =
        slice(
            "web",
            PORTS,
            "[{addresses: [10.244.0.2], conditions: {ready: false, serving: true, terminating:"
                + " true}}]");
    assertThat(endpoints(slice)).containsExactly(new Target("10.244.0.2", 8080));
  }

  @Test
  void emptyListsMayBeNull() {
    assertThat(endpoints(slice("web", "null", "null"))).isEmpty();
  }

  @Test
  void slicesOfOtherServicesDoNotCount() {
    var slice = slice("web2", PORTS, "[{addresses: [10.244.0.2], conditions: {ready: true}}]");
    assertThat(endpoints(slice)).isEmpty();
  }

  @Test
  void aHeadlessServiceHasItsPodsInstead() {
    var slice =
        slice(
            "db",
            "[{port: 5432}]",
            "[{addresses: [10.244.0.5], hostname: db-0, conditions: {ready: true}}]");
    var entry = table(List.of(HEADLESS), List.of(slice)).services().getFirst();
    assertThat(entry.clusterIp()).isNull();
    assertThat(entry.pods()).containsExactly(new Host("db-0", "10.244.0.5"));
  }

  private static List<Target> endpoints(String slice) {
    return table(List.of(SERVICE), List.of(slice))
        .services()
        .getFirst()
        .ports()
        .getFirst()
        .endpoints();
  }
}
