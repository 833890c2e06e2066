package dev.mcpgateway.broker.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.fake.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class McpStreamTest {
  private final McpEdge edge = new McpEdge(Duration.ofMillis(200));
  private final List<Listener> listeners = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (Listener listener : listeners) {
      listener.socket.close();
    }
    edge.close();
  }

  @Test
  void aStreamOpensAtOnceAndShowsThatItIsAlive() throws IOException {
    Listener listener = listen(edge.session());
    await().untilAsserted(() -> assertThat(listener.text()).contains(": open"));
    assertThat(listener.text()).startsWith("HTTP/1.1 200").contains("text/event-stream");
    await().untilAsserted(() -> assertThat(listener.text()).contains(": alive"));
    assertThat(listener.text()).doesNotContain("id:");
  }

  @Test
  void everyListenerHearsOfAChangeOnce() throws IOException {
    Listener one = listen(edge.session());
    Listener two = listen(edge.session());
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(2));
    edge.serve("a");
    await().untilAsserted(() -> assertThat(one.changes()).isEqualTo(1));
    await().untilAsserted(() -> assertThat(two.changes()).isEqualTo(1));
    edge.serve("a");
    await()
        .during(Duration.ofMillis(1500))
        .untilAsserted(() -> assertThat(one.changes()).isEqualTo(1));
  }

  @Test
  void aStormOfChangesIsAFewNotifications() throws IOException {
    Listener listener = listen(edge.session());
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(1));
    long started = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      edge.serve("tool" + i);
    }
    await().untilAsserted(() -> assertThat(listener.changes()).isGreaterThanOrEqualTo(1));
    await()
        .during(Duration.ofMillis(1500))
        .untilAsserted(() ->
            assertThat((long) listener.changes())
                .as("at most one a second, however long the storm takes")
                .isLessThanOrEqualTo(
                    2 + Duration.ofNanos(System.nanoTime() - started).toSeconds()));
  }

  @Test
  void aSecondStreamOfASessionEndsTheFirst() throws IOException {
    String session = edge.session();
    Listener first = listen(session);
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(1));
    Listener second = listen(session);
    await().untilAsserted(() -> assertThat(first.ended()).isTrue());
    await().untilAsserted(() -> assertThat(second.text()).contains(": alive"));
    assertThat(edge.streams.size()).isEqualTo(1);
  }

  @Test
  void anEndedSessionEndsItsStream() throws IOException {
    String session = edge.session();
    Listener listener = listen(session);
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(1));
    RawHttp.send(edge.port(), "DELETE /mcp", List.of("Host: localhost", session), new byte[0]);
    await().untilAsserted(() -> assertThat(listener.ended()).isTrue());
    await().untilAsserted(() -> assertThat(edge.streams.size()).isZero());
  }

  @Test
  void anExpiredSessionEndsItsStream() throws IOException {
    Listener listener = listen(edge.session());
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(1));
    edge.clock.advance(McpEdge.LIFETIME);
    await().untilAsserted(() -> assertThat(listener.ended()).isTrue());
  }

  @Test
  void aClientThatLeavesIsNoticed() throws IOException {
    Listener listener = listen(edge.session());
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(1));
    listener.socket.close();
    await().untilAsserted(() -> assertThat(edge.streams.size()).isZero());
  }

  @Test
  void thereAreOnlySoManyStreams() throws IOException {
    for (int i = 0; i < 3; i++) {
      listen(edge.session());
    }
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(3));
    Listener fourth = listen(edge.session());
    await().untilAsserted(() -> assertThat(fourth.text()).startsWith("HTTP/1.1 503"));
  }

  @Test
  void theProcessEndsItsStreamsAndOpensNoMore() throws IOException {
    Listener listener = listen(edge.session());
    await().untilAsserted(() -> assertThat(edge.streams.size()).isEqualTo(1));
    edge.streams.endAll();
    await().untilAsserted(() -> assertThat(listener.ended()).isTrue());
    Listener late = listen(edge.session());
    await().untilAsserted(() -> assertThat(late.text()).startsWith("HTTP/1.1 503"));
  }

  private Listener listen(String session) throws IOException {
    Listener listener = new Listener(edge.port(), session);
    listeners.add(listener);
    return listener;
  }

  /** A client that writes down what it hears. */
  private static final class Listener {
    private final Socket socket;
    private volatile String heard = "";
    private volatile boolean ended;

    Listener(int port, String session) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket
          .getOutputStream()
          .write(
              "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n%s\r\n\r\n"
                  .formatted(session)
                  .getBytes(UTF_8));
      Thread.ofVirtual().start(this::read);
    }

    String text() {
      return heard;
    }

    int changes() {
      return text().split("notifications/tools/list_changed", -1).length - 1;
    }

    /** The last chunk has come, or the connection is gone. */
    boolean ended() {
      return ended || text().endsWith("\r\n0\r\n\r\n");
    }

    private void read() {
      byte[] buffer = new byte[1024];
      try {
        for (int n = socket.getInputStream().read(buffer);
            n >= 0;
            n = socket.getInputStream().read(buffer)) {
          heard = heard.concat(new String(buffer, 0, n, UTF_8));
        }
      } catch (IOException ignored) {
        // closed by the test
      }
      ended = true;
    }
  }
}
