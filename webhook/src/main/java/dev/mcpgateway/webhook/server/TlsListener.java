package dev.mcpgateway.webhook.server;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetSocketAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS listener. It starts when there is a certificate to present and takes a new one without
 * touching open connections. HTTP/1.1 only (decision 37).
 */
public final class TlsListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TlsListener.class);

  private final Settings settings;
  private final HttpService reviews;
  private volatile @Nullable Running running;

  /**
   * How to listen.
   *
   * @param maxConnections further clients wait in the backlog; must stay below the limit of open
   *     files, because a listener that runs out of them is gone for good
   * @param shutdownGrace longest time a request may still take when the listener stops
   */
  public record Settings(String host, int port, int maxConnections, Duration shutdownGrace) {}

  /**
   * What is presented.
   *
   * @param chain the server certificate first, then those between it and the authority
   */
  public record Identity(List<X509Certificate> chain, PrivateKey key) {
    public Identity {
      chain = List.copyOf(chain);
    }

    /** When the server certificate expires. */
    public Instant notAfter() {
      return chain.getFirst().getNotAfter().toInstant();
    }

    @Override
    public String toString() {
      return "Identity[notAfter=%s]".formatted(notAfter());
    }
  }

  private record Running(WebServer server, Identity identity) {}

  public TlsListener(Settings settings, HttpService reviews) {
    this.settings = settings;
    this.reviews = reviews;
  }

  /** Starts listening with this identity, or presents it from the next handshake on. */
  public synchronized void present(Identity identity) {
    Running present = running;
    if (present == null) {
      WebServer server = start(identity);
      running = new Running(server, identity);
      log.atInfo().addKeyValue("port", server.port()).log("Listening for reviews");
    } else {
      if (!present.identity().chain().equals(identity.chain())) {
        present.server().reloadTls(tls(identity));
        log.atInfo().addKeyValue("notAfter", identity.notAfter()).log("Certificate reloaded");
      }
      running = new Running(present.server(), identity);
    }
  }

  /** What is presented now, empty before the first certificate. */
  public Optional<Identity> identity() {
    Running present = running;
    return present == null ? Optional.empty() : Optional.of(present.identity());
  }

  /** Where it listens, empty before the first certificate. */
  public Optional<InetSocketAddress> address() {
    Running present = running;
    return present == null
        ? Optional.empty()
        : Optional.of(new InetSocketAddress(settings.host(), present.server().port()));
  }

  @Override
  public synchronized void close() {
    Running present = running;
    if (present != null) {
      present.server().stop();
    }
  }

  private WebServer start(Identity identity) {
    return WebServer.builder()
        .host(settings.host())
        .port(settings.port())
        .maxTcpConnections(settings.maxConnections())
        .shutdownGracePeriod(settings.shutdownGrace())
        // The order in which things stop is decided in WebhookMain.
        .shutdownHook(false)
        // Answers are one small write; waiting for an acknowledgement would cost 40 ms.
        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
        .tls(tls(identity))
        .routing(routing -> routing.get("/healthz", TlsListener::alive).register(reviews))
        .build()
        .start();
  }

  private static void alive(ServerRequest req, ServerResponse res) {
    if (!req.content().hasEntity()) {
      res.send("ok\n");
      return;
    }
    // The server would read the body to its end, however long that takes.
    res.header(HeaderValues.CONNECTION_CLOSE);
    res.send("ok\n");
    throw new CloseConnectionException("Its body is not read");
  }

  private static Tls tls(Identity identity) {
    return Tls.builder().privateKey(identity.key()).privateKeyCertChain(identity.chain()).build();
  }
}
