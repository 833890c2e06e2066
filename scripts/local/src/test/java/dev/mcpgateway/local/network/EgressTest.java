package dev.mcpgateway.local.network;

import static dev.mcpgateway.local.network.Tables.SERVICE;
import static dev.mcpgateway.local.network.Tables.table;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EgressTest {
  private static final AddressMap ADDRESSES = new AddressMap(254);

  @Test
  void aPodIsReachedByItsClusterAddressThroughTheProxy(@TempDir Path folder) throws Exception {
    var dns = new ClusterDns(folder.resolve("hosts"), ADDRESSES);
    try (var pod = Echo.start("127.254.7.1", "pod");
        var egress = Egress.forPods(ADDRESSES, dns)) {
      var uri = URI.create("http://10.254.7.1:" + pod.port() + "/push?a=1");
      assertThat(get(egress, uri)).isEqualTo("pod /push?a=1 10.254.7.1:" + pod.port());
      // A second one through the same client: the first connection must have been given up.
      assertThat(get(egress, uri)).startsWith("pod");
    }
  }

  @Test
  void aServiceIsReachedByItsNameThroughTheProxy(@TempDir Path folder) throws Exception {
    var dns = new ClusterDns(folder.resolve("hosts"), ADDRESSES);
    dns.apply(table(List.of(SERVICE.replace("10.96.1.2", "10.106.1.2")), List.of()));
    try (var pod = Echo.start("127.106.1.2", "service");
        var egress = Egress.forPods(ADDRESSES, dns)) {
      assertThat(get(egress, URI.create("http://web.team-a:" + pod.port() + "/")))
          .startsWith("service / web.team-a");
    }
  }

  @Test
  void theApiServerGetsATunnelToPodsAndToNothingElse() throws Exception {
    var folder = Files.createTempDirectory(Path.of("/tmp"), "mcpl-");
    var socket = folder.resolve("egress.sock");
    try (var pod = Echo.start("127.254.7.2", "pod");
        var egress = Egress.forApiServer(socket, ADDRESSES)) {
      assertThat(egress.address()).isEmpty();
      var request = "GET /x HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n";
      assertThat(tunnel(socket, "10.254.7.2:" + pod.port(), request))
          .startsWith("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK")
          .endsWith("pod /x pod");
      assertThat(tunnel(socket, "192.0.2.1:80", "")).startsWith("HTTP/1.1 403");
      assertThat(tunnel(socket, "localhost:" + pod.port(), "")).startsWith("HTTP/1.1 403");
      assertThat(tunnel(socket, "10.254.7.3:1", "")).startsWith("HTTP/1.1 502");
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(folder);
    }
  }

  private static String get(Egress egress, URI uri) throws Exception {
    var address = egress.address().split(":", -1);
    var proxy =
        ProxySelector.of(
            InetSocketAddress.createUnresolved(address[0], Integer.parseInt(address[1])));
    try (var client = HttpClient.newBuilder().proxy(proxy).build()) {
      var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  private static String tunnel(Path socket, String target, String request) throws Exception {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var text = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n" + request;
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
      var answer = new StringBuilder();
      var buffer = ByteBuffer.allocate(4096);
      while (channel.read(buffer.clear()) >= 0) {
        answer.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
      }
      return answer.toString();
    }
  }
}
