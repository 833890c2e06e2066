package dev.mcpgateway.local.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProxyRequestTest {
  @Test
  void connectNamesHostAndPortAndKeepsWhatWasSentAhead() throws Exception {
    var request = read("CONNECT 10.244.0.2:8443 HTTP/1.1\r\nHost: x\r\n\r\nhello");
    assertThat(request.connect()).isTrue();
    assertThat(request.host()).isEqualTo("10.244.0.2");
    assertThat(request.port()).isEqualTo(8443);
    assertThat(forward(request)).isEqualTo("hello");
  }

  @Test
  void absoluteFormBecomesOriginFormForThisOneExchange() throws Exception {
    var request =
        read(
            """
            POST http://10.244.0.2:8080/push?a=1 HTTP/1.1
            Host: 10.244.0.2:8080
            Connection: Upgrade, HTTP2-Settings
            Upgrade: h2c
            HTTP2-Settings: AA
            Content-Length: 2

            hi\
            """
                .replace("\n", "\r\n"));
    assertThat(request.connect()).isFalse();
    assertThat(request.port()).isEqualTo(8080);
    assertThat(forward(request))
        .isEqualTo(
            """
            POST /push?a=1 HTTP/1.1
            Host: 10.244.0.2:8080
            Content-Length: 2
            Connection: close

            hi\
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void anAbsoluteFormWithoutPathAndPortMeansTheRootOnPort80() throws Exception {
    var request = read("GET http://web.team-a HTTP/1.1\r\n\r\n");
    assertThat(request.port()).isEqualTo(80);
    assertThat(forward(request)).startsWith("GET / HTTP/1.1\r\n");
  }

  @Test
  void aRequestThatIsNotForAProxyIsRefused() {
    assertThatThrownBy(() -> read("GET /x HTTP/1.1\r\n\r\n")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("nonsense\r\n\r\n")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("GET http://x/ HTTP/1.1\r\n")).isInstanceOf(IOException.class);
  }

  private static ProxyRequest read(String text) throws IOException {
    return ProxyRequest.read(
        Channels.newChannel(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1))));
  }

  private static String forward(ProxyRequest request) {
    return StandardCharsets.ISO_8859_1.decode(request.forward()).toString();
  }
}
