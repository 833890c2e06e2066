package dev.mcpgateway.webhook.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Calls the own HTTPS listener the way the API server does: trusting what the webhook configuration
 * says and insisting on the Service's name. So a certificate with the wrong name, an authority that
 * nobody was told of and a listener that stopped accepting are all noticed here first.
 */
public final class SelfDial {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final TlsListener listener;
  private final String serverName;
  private final Supplier<Set<String>> caBundles;

  /**
   * Dials a listener.
   *
   * @param serverName the name the API server asks for, {@code service.namespace.svc}
   * @param caBundles the authorities it trusts, PEM; one text for each way in
   */
  public SelfDial(TlsListener listener, String serverName, Supplier<Set<String>> caBundles) {
    this.listener = listener;
    this.serverName = serverName;
    this.caBundles = caBundles;
  }

  /**
   * What is wrong, empty when the listener answers as the API server wants it. One way in is
   * enough: without a replica to call, the others would be of no use either.
   */
  public String failure() {
    if (listener.identity().isEmpty()) {
      return "no certificate yet";
    }
    String failure = "the webhook configuration is missing, or its caBundle is: nobody can call";
    for (String bundle : caBundles.get()) {
      failure = outcome(bundle);
      if (failure.isEmpty()) {
        return "";
      }
    }
    return failure;
  }

  /**
   * What is wrong with the listener itself, empty when it answers at all. A certificate that nobody
   * accepts is no reason: a new process would present the same.
   */
  public String outage() {
    var identity = listener.identity().orElse(null);
    if (identity == null) {
      return "";
    }
    try {
      dial(trusting(identity.chain()));
      return "";
    } catch (IOException | GeneralSecurityException e) {
      return e.getCause() instanceof CertificateException ? "" : unanswered(e);
    }
  }

  private String outcome(String caBundle) {
    try {
      dial(trusting(certificates(caBundle)));
      return "";
    } catch (IOException | GeneralSecurityException e) {
      return unanswered(e);
    }
  }

  private static String unanswered(Exception e) {
    return "the HTTPS listener does not answer: " + e.getMessage();
  }

  private void dial(SSLContext context) throws IOException {
    var address = listener.address().map(SelfDial::reachable).orElseThrow(IOException::new);
    dial(address, context);
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

  private static List<X509Certificate> certificates(String pem) throws CertificateException {
    var in = new ByteArrayInputStream(pem.getBytes(US_ASCII));
    return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
        .map(X509Certificate.class::cast)
        .toList();
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
