package dev.mcpgateway.webhook.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Calls the own HTTPS listener the way the API server does: trusting what the webhook configuration
 * says and insisting on the Service's name. So a certificate with the wrong name and a listener
 * that stopped accepting are both noticed here first.
 */
public final class SelfDial {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final TlsListener listener;
  private final String serverName;

  /**
   * Dials a listener.
   *
   * @param serverName the name the API server asks for, {@code service.namespace.svc}
   */
  public SelfDial(TlsListener listener, String serverName) {
    this.listener = listener;
    this.serverName = serverName;
  }

  /** What is wrong, empty when the listener answers as the API server wants it. */
  public String failure() {
    return failure(false);
  }

  /**
   * What is wrong with the listener itself, empty when it answers at all. A certificate that nobody
   * accepts is no reason: a new process would present the same.
   */
  public String outage() {
    return failure(true);
  }

  private String failure(boolean anyCertificate) {
    var identity = listener.identity().orElse(null);
    var address = listener.address().orElse(null);
    if (identity == null || address == null) {
      return "no certificate yet";
    }
    try {
      dial(reachable(address), trusting(identity.trusted()));
      return "";
    } catch (IOException | GeneralSecurityException e) {
      if (anyCertificate && e.getCause() instanceof CertificateException) {
        return "";
      }
      return "the HTTPS listener does not answer: " + e.getMessage();
    }
  }

  private void dial(InetSocketAddress address, SSLContext context) throws IOException {
    int timeout = Math.toIntExact(TIMEOUT.toMillis());
    try (Socket plain = new Socket()) {
      plain.connect(address, timeout);
      plain.setSoTimeout(timeout);
      try (SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(plain, serverName, address.getPort(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket
            .getOutputStream()
            .write(
                "GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                    .formatted(serverName)
                    .getBytes(US_ASCII));
        String status =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
        if (status == null || !status.startsWith("HTTP/1.1 200")) {
          throw new IOException("status line " + status);
        }
      }
    }
  }

  private static InetSocketAddress reachable(InetSocketAddress address) {
    return address.getAddress() != null && address.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
        : address;
  }

  static SSLContext trusting(List<X509Certificate> trusted)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("ca-" + i, trusted.get(i));
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
