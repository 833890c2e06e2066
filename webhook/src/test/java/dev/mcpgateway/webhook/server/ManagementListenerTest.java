package dev.mcpgateway.webhook.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementListenerTest {
  private final TlsListener reviews =
      new TlsListener(
          new TlsListener.Settings("127.0.0.1", 0, 8, Duration.ofSeconds(1)), rules -> {});
  private final ManagementListener management =
      new ManagementListener(
          "127.0.0.1",
          0,
          new Health(
              reviews,
              new SelfDial(reviews, "localhost", Set::of),
              () -> "",
              () -> true,
              new Drain()),
          new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

  @AfterEach
  void stop() {
    management.close();
  }

  @Test
  void w27ProbesGetThroughWhenSomebodyHoldsAllConnectionsAndSaysNothing() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try (HttpClient probe = HttpClient.newHttpClient()) {
      for (int i = 0; i < ManagementListener.MAX_CONNECTIONS; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), management.port()));
      }
      var answer =
          probe.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + management.port() + "/healthz"))
                  .timeout(Duration.ofSeconds(60))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("ok\n");
      // It came because they were closed, not because there was room.
      for (Socket socket : silent) {
        socket.setSoTimeout(60_000);
        assertThat(closed(socket)).isTrue();
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private static boolean closed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
