package dev.mcpgateway.local.network;

import static dev.mcpgateway.local.network.Tables.HEADLESS;
import static dev.mcpgateway.local.network.Tables.SERVICE;
import static dev.mcpgateway.local.network.Tables.slice;
import static dev.mcpgateway.local.network.Tables.table;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterDnsTest {
  private static final AddressMap ADDRESSES = new AddressMap(244);

  @Test
  void aServiceIsFoundUnderItsThreeNames() {
    var names = ClusterDns.names(table(List.of(SERVICE), List.of()), ADDRESSES);
    assertThat(names)
        .containsOnlyKeys("web.team-a.svc.cluster.local", "web.team-a.svc", "web.team-a")
        .containsValue(List.of("127.96.1.2"));
  }

  @Test
  void aHeadlessServiceGivesItsPodsAndTheirHostNames() {
    var slice =
        slice(
            "db",
            "[{port: 5432}]",
            "[{addresses: [10.244.0.5], hostname: db-0, conditions: {ready: true}}, {addresses:"
                + " [10.244.0.6], hostname: db-1, conditions: {ready: true}}]");
    var names = ClusterDns.names(table(List.of(HEADLESS), List.of(slice)), ADDRESSES);
    assertThat(names.get("db.team-a.svc")).containsExactly("127.244.0.5", "127.244.0.6");
    assertThat(names.get("db-1.db.team-a.svc.cluster.local")).containsExactly("127.244.0.6");
  }

  @Test
  void theFileHasOneLineForEachAddressAndTheMachinesOwnNames() {
    var names = ClusterDns.names(table(List.of(SERVICE), List.of()), ADDRESSES);
    assertThat(ClusterDns.render(names, "desk", "192.0.2.9 printer\n"))
        .isEqualTo(
            """
            127.0.0.1 localhost desk
            127.96.1.2 web.team-a.svc.cluster.local
            127.96.1.2 web.team-a.svc
            127.96.1.2 web.team-a
            192.0.2.9 printer
            """);
  }

  @Test
  void theFileExistsFromTheBeginningAndFollowsTheTable(@TempDir Path folder) throws Exception {
    var dns = new ClusterDns(folder.resolve("hosts"), ADDRESSES);
    assertThat(dns.file()).content().startsWith("127.0.0.1 localhost");
    dns.apply(table(List.of(SERVICE), List.of()));
    assertThat(Files.readString(dns.file())).contains("127.96.1.2 web.team-a\n");
    assertThat(dns.lookup("web.team-a.svc")).contains("127.96.1.2");
    dns.apply(ServiceTable.EMPTY);
    assertThat(dns.lookup("web.team-a.svc")).isEmpty();
  }
}
