package dev.mcpgateway.broker.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.fake.RawHttp;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
  private final BodyReader reader = new BodyReader(10, Duration.ofSeconds(2));
  private WebServer server = serve(reader);

  @AfterEach
  void stop() {
    server.stop();
    reader.close();
  }

  @Test
  void aBodyIsReadUpToTheLimit() throws IOException {
    assertThat(send("0123456789")).isEqualTo("0123456789");
    assertThat(send("0123456789a")).isEqualTo("too long");
    assertThat(send("x".repeat(10_000))).isEqualTo("too long");
    assertThat(send("")).isEmpty();
  }

  @Test
  void aBodyThatDoesNotComeLosesItsConnection() throws IOException {
    for (String framing :
        List.of("Content-Length: 5\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n5\r\nab")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.setSoTimeout(10_000);
        socket
            .getOutputStream()
            .write(("POST / HTTP/1.1\r\nHost: localhost\r\n" + framing).getBytes(UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
    assertThat(send("next")).isEqualTo("next");
  }

  @Test
  void whenAllPlacesAreTakenTheSlowestGivesWay() throws IOException {
    server.stop();
    try (BodyReader two = new BodyReader(10, Duration.ofMinutes(5), 2)) {
      server = serve(two);
      try (Socket slowest = begin(two, 1);
          Socket slow = begin(two, 2)) {
        assertThat(send("next")).isEqualTo("next");
        assertThat(slowest.getInputStream().read()).isEqualTo(-1);
        slow.getOutputStream().write("lo".getBytes(UTF_8));
        assertThat(new String(slow.getInputStream().readNBytes(15), UTF_8))
            .isEqualTo("HTTP/1.1 200 OK");
      }
    }
  }

  /** Sends a part of a body and waits until so many are being read. */
  private Socket begin(BodyReader by, int reading) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(30_000);
    socket
        .getOutputStream()
        .write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nsl".getBytes(UTF_8));
    await().atMost(Duration.ofSeconds(30)).until(() -> by.reading() == reading);
    return socket;
  }

  @Test
  void aConnectionIsGoodForManyBodies() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      for (int i = 0; i < 20; i++) {
        socket
            .getOutputStream()
            .write(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nok"
                    .getBytes(UTF_8));
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\nok")) {
          int next = socket.getInputStream().read();
          assertThat(next).isNotEqualTo(-1);
          answer.append((char) next);
        }
      }
    }
  }

  private static WebServer serve(BodyReader by) {
    return WebServer.builder()
        .host("127.0.0.1")
        .port(0)
        .shutdownHook(false)
        .routing(routing ->
            routing
                .addFilter(new ConnectionCloser(() -> false))
                .post(
                    "/",
                    (req, res) -> {
                      byte[] body = by.read(req);
                      res.send(body == null ? "too long" : new String(body, UTF_8));
                    }))
        .build()
        .start();
  }

  private String send(String body) throws IOException {
    return RawHttp.send(server.port(), "POST /", List.of("Host: localhost"), body.getBytes(UTF_8))
        .body();
  }
}
