package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.BrokerPeer;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.secrets.StoredConfig;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryLoopTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final byte[] KEY = new byte[32];

  private final PushClient client = new PushClient();
  private final AnswerRoom answers = new AnswerRoom(Duration.ofMillis(100));
  private final DeliveryLoop.Shared shared =
      new DeliveryLoop.Shared(
          new PushBudget(),
          new ReportBudget(),
          new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), new Random(1)),
          new DeliveryMetrics(new SimpleMeterRegistry()),
          Clock.systemUTC(),
          Ticker.system(),
          () -> {});
  private final Silence silence = new Silence(Ticker.system());
  private final List<AutoCloseable> open = new ArrayList<>(List.of(client));
  private final AtomicReference<Wanted> wanted = new AtomicReference<>(new Wanted(null, "1"));

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void aRefusedConfigurationIsNotPushedAgainUntilAnotherOneIsWanted() {
    BrokerPeer peer = peer();
    peer.refuse(true);
    want(1, "n/a");
    DeliveryLoop loop = loop(peer.port());
    await().atMost(LONG).until(() -> error(loop).contains("refuses"));

    for (int i = 0; i < 3; i++) {
      List<String> tools = List.of("tool" + i);
      peer.report(report("n/a", tools.getFirst()));
      await().atMost(LONG).until(() -> tools(loop).equals(tools));
    }
    assertThat(error(loop)).contains("refuses");
    assertThat(peer.pushes()).isEqualTo(1);

    peer.refuse(false);
    want(2, "n/a", "n/b");
    loop.wake();
    await().atMost(LONG).until(() -> version(loop) == 2);
    assertThat(loop.state().error()).isNull();
    assertThat(peer.pushes()).isEqualTo(2);
  }

  @Test
  void aBrokerThatDoesNotDoWhatItSaysIsNotPushedToWithoutAPause() {
    BrokerPeer peer = peer();
    peer.forget(true);
    want(1, "n/a");
    DeliveryLoop loop = loop(peer.port());
    await().atMost(LONG).until(() -> error(loop).equals("was given version 1 and reports 0"));
    peer.forget(false);
    await().atMost(LONG).until(() -> version(loop) == 1 && loop.state().error() == null);
  }

  @Test
  void ofAReportOnlyWhatIsConfiguredIsKeptAndAskedForAgainWhenThatChanges() {
    BrokerPeer peer = peer();
    want(1, "n/a");
    DeliveryLoop loop = loop(peer.port());
    await().atMost(LONG).until(() -> version(loop) == 1);
    peer.report(report("n/a", "one"), report("n/b", "two"), report("n/c", "three"));
    await().atMost(LONG).until(() -> servers(loop).equals(List.of("n/a")));

    // The broker has nothing new to say: what it has said was about more than was known here.
    want(1, "n/a", "n/b");
    loop.wake();
    await().atMost(LONG).until(() -> servers(loop).equals(List.of("n/a", "n/b")));
    assertThat(peer.pushes()).isEqualTo(1);
  }

  @Test
  void whatABrokerReportsWhileItsConfigurationIsMissingIsKeptAsIfItWereThere() {
    BrokerPeer peer = peer();
    want(1, "n/a");
    DeliveryLoop loop = loop(peer.port());
    await().atMost(LONG).until(() -> version(loop) == 1);
    peer.report(report("n/a", "one"));
    await().atMost(LONG).until(() -> tools(loop).equals(List.of("one")));

    wanted.set(new Wanted(null, "1"));
    loop.wake();
    peer.report(report("n/a", "two"), report("n/b", "three"));
    await().atMost(LONG).until(() -> tools(loop).equals(List.of("two")));
    assertThat(loop.state().error()).isNull();

    // What was left out meanwhile is asked for again.
    want(1, "n/a", "n/b");
    loop.wake();
    await().atMost(LONG).until(() -> servers(loop).equals(List.of("n/a", "n/b")));
    assertThat(peer.pushes()).isEqualTo(1);
  }

  @Test
  void whatIsStillAwaitedWhenALoopEndsIsGivenUp() throws IOException {
    try (ServerSocket hung = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      DeliveryLoop loop = loop(hung.getLocalPort());
      try (Socket request = hung.accept()) {
        assertThat(request.getInputStream().read()).isEqualTo('P');
        loop.close();
        assertGivenUp(request);
      }
    }
  }

  @Test
  void aPushThatIsInterruptedIsGivenUp() throws Exception {
    try (ServerSocket hung = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Connection connection = connection(replica(hung.getLocalPort()));
      Thread pushing =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  connection.exchange(PushRequest.apply(1, KEY), "1", silence, r -> r);
                } catch (DeliveryException | InterruptedException e) {
                  // Given up.
                }
              });
      try (Socket request = hung.accept()) {
        assertThat(request.getInputStream().read()).isEqualTo('P');
        pushing.interrupt();
        assertGivenUp(request);
        pushing.join();
      }
    }
  }

  @Test
  void anAnswerForWhichThereIsNoRoomIsAskedForAgainAndHoldsNothing() throws Exception {
    List<PushBudget.Room> full = new ArrayList<>();
    for (int i = 0; i < PushBudget.AT_ONCE; i++) {
      full.add(answers.toRead("n", 1, silence));
    }
    BrokerPeer peer = peer();
    want(1, "n/a");
    DeliveryLoop loop = loop(peer.port());
    await().atMost(LONG).until(() -> error(loop).startsWith("no room to read the answer"));
    assertThat(loop.state().silent()).isFalse();
    full.forEach(PushBudget.Room::close);
    await().atMost(LONG).until(() -> version(loop) == 1 && loop.state().error() == null);
  }

  @Test
  void anAnswerThatIsTooLongIsNotReadToItsEnd() throws Exception {
    for (String head : List.of("Content-Length: 5000000\r\n", "Transfer-Encoding: chunked\r\n")) {
      try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
        DeliveryLoop loop = loop(server.getLocalPort());
        try (Socket request = server.accept()) {
          var out = request.getOutputStream();
          out.write(("HTTP/1.1 200 OK\r\n" + head + "\r\n").getBytes(StandardCharsets.US_ASCII));
          byte[] chunk =
              ("100000\r\n" + "x".repeat(0x100000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    out.write(chunk);
                  }
                } catch (IOException e) {
                  // The other side has had enough.
                }
              });
          await().atMost(LONG).until(() -> error(loop).contains("longer than 4194304 bytes"));
          loop.close();
        }
      }
    }
    assertThat(answers.namespaces()).isZero();
  }

  /** The other end is closed, long before any deadline. */
  private static void assertGivenUp(Socket request) throws IOException {
    request.setSoTimeout(8_000);
    try {
      assertThat(request.getInputStream().transferTo(OutputStream.nullOutputStream())).isPositive();
    } catch (SocketException e) {
      // Reset instead of closed.
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private DeliveryLoop loop(int port) {
    Replica replica = replica(port);
    DeliveryLoop loop = new DeliveryLoop(replica, wanted::get, connection(replica), shared);
    open.add(loop);
    loop.start();
    return loop;
  }

  private Connection connection(Replica replica) {
    return new Connection(replica, client, namespace -> List.of(new Sealer(KEY)), answers);
  }

  private static Replica replica(int port) {
    return new Replica(
        "n", "pod", "uid", "1", URI.create("http://127.0.0.1:%d/push".formatted(port)));
  }

  private BrokerPeer peer() {
    BrokerPeer peer = BrokerPeer.start(KEY);
    open.add(peer);
    return peer;
  }

  private void want(long version, String... servers) {
    String document =
        new String(
            ConfigCodec.write(
                new GatewayConfig(
                    Stream.of(servers)
                        .map(s -> new ServerConfig(s, "http://h:1/mcp", "h", "", null, true))
                        .toList(),
                    List.of())),
            StandardCharsets.UTF_8);
    StoredConfig stored =
        StoredConfig.of(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("n")
                .withName("mcp-gateway-config")
                .withResourceVersion("r" + document.hashCode())
                .endMetadata()
                .withData(
                    Map.of(
                        "config.yaml", base64(document), "version", base64(Long.toString(version))))
                .build(),
            Instant.now());
    wanted.set(new Wanted(stored, "1"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ServerReport report(String name, String tool) {
    return new ServerReport(
        name, true, true, "2025-11-25", 1, List.of(tool), List.of(), "fine", null);
  }

  private static String error(DeliveryLoop loop) {
    return String.valueOf(loop.state().error());
  }

  private static long version(DeliveryLoop loop) {
    BrokerReport report = loop.state().report();
    return report == null ? -1 : report.version();
  }

  private static List<String> servers(DeliveryLoop loop) {
    return reports(loop).stream().map(ServerReport::name).toList();
  }

  private static List<String> tools(DeliveryLoop loop) {
    return reports(loop).stream().flatMap(s -> s.tools().stream()).toList();
  }

  private static List<ServerReport> reports(DeliveryLoop loop) {
    @Nullable BrokerReport report = loop.state().report();
    return report == null ? List.of() : report.servers();
  }
}
