package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One attempt of an HTTP or TCP check against a pod. A connection of its own each time, and no
 * certificate is checked, as with a kubelet.
 */
final class ProbeCheck {
  private static final SSLSocketFactory TRUSTING = trusting();

  private ProbeCheck() {}

  /** Returns nothing on success. */
  static void http(HTTPGetAction action, Container container, String address, Duration timeout)
      throws IOException, ConfigException {
    boolean tls = "HTTPS".equals(action.getScheme());
    int port = port(action.getPort(), container);
    try (var plain = connect(Objects.requireNonNullElse(action.getHost(), address), port, timeout);
        var socket = tls ? TRUSTING.createSocket(plain, address, port, true) : plain) {
      var path = Objects.requireNonNullElse(action.getPath(), "/");
      socket.getOutputStream().write(request(path, address + ":" + port, action.getHttpHeaders()));
      var in = new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1);
      var line = new BufferedReader(in).readLine();
      if (line == null || !line.matches("HTTP/1\\.[01] [23]\\d\\d.*")) {
        throw new IOException("HTTP probe failed: " + (line == null ? "no answer" : line));
      }
    }
  }

  static void tcp(IntOrString target, Container container, String address, Duration timeout)
      throws IOException, ConfigException {
    connect(address, port(target, container), timeout).close();
  }

  private static Socket connect(String address, int port, Duration timeout) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
      socket.setSoTimeout((int) timeout.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static byte[] request(String path, String host, List<HTTPHeader> headers) {
    var text = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
    var extra = Objects.requireNonNullElse(headers, List.<HTTPHeader>of());
    if (extra.stream().noneMatch(h -> h.getName().equalsIgnoreCase("Host"))) {
      text.append("Host: ").append(host).append("\r\n");
    }
    extra.forEach(h -> text.append(h.getName()).append(": ").append(h.getValue()).append("\r\n"));
    text.append("User-Agent: kube-probe/local\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  static int port(IntOrString port, Container container) throws ConfigException {
    if (port.getIntVal() != null) {
      return port.getIntVal();
    }
    return container.getPorts().stream()
        .filter(p -> port.getStrVal().equals(p.getName()))
        .map(ContainerPort::getContainerPort)
        .findFirst()
        .orElseThrow(() -> new ConfigException("container has no port named " + port.getStrVal()));
  }

  private static SSLSocketFactory trusting() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  /** Probes do not verify whom they talk to: the address was assigned by this node. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
