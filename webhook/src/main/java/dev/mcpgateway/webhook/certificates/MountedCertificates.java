package dev.mcpgateway.webhook.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mcpgateway.webhook.server.TlsListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates that somebody else issues, as cert-manager does: {@code tls.crt} and {@code tls.key}
 * of a mounted Secret. Looked at every few seconds; what cannot be used yet leaves the last good
 * ones in place.
 */
public final class MountedCertificates implements CertificateSource {
  private static final Logger log = LoggerFactory.getLogger(MountedCertificates.class);

  /** The kubelet swaps this link when it has written all files of a Secret. */
  private static final String CURRENT = "..data";

  private final Path folder;
  private final Consumer<TlsListener.Identity> listener;
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("certificates").factory());
  private volatile String lastFailure = "";

  /**
   * Nothing is read before {@link #start}.
   *
   * @param listener called with the current certificates in every round
   */
  public MountedCertificates(Path folder, Consumer<TlsListener.Identity> listener) {
    this.folder = folder;
    this.listener = listener;
  }

  @Override
  public void start(Duration interval) {
    var _ = loop.scheduleWithFixedDelay(this::round, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }

  @Override
  public String failure() {
    return lastFailure;
  }

  /** Looks once. */
  void round() {
    String failure = "";
    try {
      listener.accept(read());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      failure = "certificates in %s cannot be used: %s".formatted(folder, e);
    }
    if (!failure.equals(lastFailure) && !failure.isEmpty()) {
      log.atWarn()
          .addKeyValue("folder", folder)
          .addKeyValue("error", failure)
          .log("Mounted certificates cannot be used, keeping the last good ones");
    }
    lastFailure = failure;
  }

  private TlsListener.Identity read() throws IOException, GeneralSecurityException {
    Path current = folder.resolve(CURRENT);
    // Through the link once, so that both files are of one version.
    Path version = (Files.exists(current) ? current : folder).toRealPath();
    List<X509Certificate> chain = Pem.certificates(text(version, SecretCodec.LEAF));
    PrivateKey key = Pem.key(text(version, SecretCodec.LEAF_KEY));
    if (!KeyPairs.match(new KeyPair(chain.getFirst().getPublicKey(), key))) {
      throw new GeneralSecurityException("tls.key does not belong to tls.crt");
    }
    return new TlsListener.Identity(chain, key);
  }

  private static String text(Path folder, String name) throws IOException {
    return Files.readString(folder.resolve(name), US_ASCII);
  }
}
