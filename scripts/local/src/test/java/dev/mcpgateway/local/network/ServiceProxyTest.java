package dev.mcpgateway.local.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.local.network.ServiceTable.Entry;
import dev.mcpgateway.local.network.ServiceTable.Port;
import dev.mcpgateway.local.network.ServiceTable.Target;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ServiceProxyTest {
  private static final int PORT = 8088;
  private static final AddressMap ADDRESSES = new AddressMap(254);
  private final ServiceProxy proxy = new ServiceProxy(ADDRESSES);

  @AfterEach
  void close() {
    proxy.close();
  }

  @Test
  void connectionsGoToTheReadyEndpointsInTurn() throws Exception {
    try (var one = Echo.start("127.254.8.1", "one");
        var two = Echo.start("127.254.8.2", "two")) {
      proxy.apply(
          table(
              "10.106.8.1",
              new Target("10.254.8.1", one.port()),
              new Target("10.254.8.2", two.port())));
      var seen = new HashSet<String>();
      for (int i = 0; i < 4; i++) {
        seen.add(get("http://127.106.8.1:" + PORT + "/").split(" ", -1)[0]);
      }
      assertThat(seen).containsExactlyInAnyOrder("one", "two");
    }
  }

  @Test
  void anEndpointThatDoesNotAnswerIsSkipped() throws Exception {
    try (var one = Echo.start("127.254.8.3", "one")) {
      proxy.apply(
          table("10.106.8.2", new Target("10.254.8.99", 1), new Target("10.254.8.3", one.port())));
      for (int i = 0; i < 4; i++) {
        assertThat(get("http://127.106.8.2:" + PORT + "/")).startsWith("one");
      }
    }
  }

  @RepeatedTest(20) // closing a listener once raced with the next connection
  void withoutEndpointsConnectionsAreRefused() throws Exception {
    try (var one = Echo.start("127.254.8.4", "one")) {
      proxy.apply(table("10.106.8.3", new Target("10.254.8.4", one.port())));
      assertThat(get("http://127.106.8.3:" + PORT + "/")).startsWith("one");
      proxy.apply(table("10.106.8.3"));
      assertThatThrownBy(() -> get("http://127.106.8.3:" + PORT + "/"))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void anAddressThatIsTakenIsReportedAndTakenOverWhenItBecomesFree() throws Exception {
    try (var one = Echo.start("127.254.8.5", "one")) {
      ServiceTable table;
      try (var other = new ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
        var port =
            new Port(PORT, other.getLocalPort(), List.of(new Target("10.254.8.5", one.port())));
        table =
            new ServiceTable(
                List.of(new Entry("team-a", "web", "10.106.8.4", List.of(port), List.of())));
        proxy.apply(table);
        assertThat(proxy.report(table))
            .contains("team-a/web 127.106.8.4:" + PORT + "\n")
            .contains("team-a/web 127.0.0.1:" + other.getLocalPort() + " cannot be bound");
      }
      proxy.apply(table);
      assertThat(proxy.report(table)).doesNotContain("cannot");
    }
  }

  private static ServiceTable table(String clusterIp, Target... targets) {
    var port = new Port(PORT, 0, Stream.of(targets).toList());
    return new ServiceTable(
        List.of(new Entry("team-a", "web", clusterIp, List.of(port), List.of())));
  }

  private static String get(String url) throws Exception {
    var connection = URI.create(url).toURL().openConnection();
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(5_000);
    connection.setRequestProperty("Connection", "close");
    try (var in = connection.getInputStream()) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
