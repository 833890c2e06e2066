package dev.mcpgateway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.webhook.server.TlsListener;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedCertificatesTest {
  private static final CertificatePolicy POLICY =
      new CertificatePolicy(
          List.of("webhook.mcp-system.svc"),
          Duration.ofDays(2),
          Duration.ofDays(1),
          Duration.ofHours(1));

  private final AtomicReference<TlsListener.@Nullable Identity> presented = new AtomicReference<>();

  // Set by JUnit before each test.
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void whatTheKubeletSwapsInIsPresented() throws IOException {
    try (var mounted = mounted()) {
      Certificates first = IssuedCertificates.issue(POLICY);
      swap(folder, "..1", first);
      mounted.start(Duration.ofMillis(20));
      await().atMost(Duration.ofSeconds(30)).until(() -> presents(first));
      Certificates second = IssuedCertificates.issue(POLICY);
      swap(folder, "..2", second);
      await().atMost(Duration.ofSeconds(30)).until(() -> presents(second));
    }
  }

  @Test
  void aBrokenOrHalfWrittenVersionLeavesTheLastGoodOneInPlace() throws IOException {
    Certificates good = IssuedCertificates.issue(POLICY);
    Certificates other = IssuedCertificates.issue(POLICY);
    try (var mounted = mounted()) {
      mounted.round();
      assertThat(presented.get()).as("of an empty folder").isNull();
      assertThat(mounted.failure()).contains("cannot be used").contains("tls.crt");
      write(folder, good);
      mounted.round();
      assertThat(presents(good)).isTrue();
      Files.writeString(folder.resolve("tls.crt"), Pem.write(other.leaf().certificate()));
      mounted.round();
      assertThat(presents(good)).as("the key does not belong to the certificate").isTrue();
      Files.writeString(folder.resolve("tls.key"), "no key");
      mounted.round();
      assertThat(presents(good)).isTrue();
      assertThat(mounted.failure()).isNotEmpty();
      write(folder, other);
      mounted.round();
      assertThat(presents(other)).isTrue();
      assertThat(mounted.failure()).isEmpty();
    }
  }

  @Test
  void theKeyFormatCertManagerWritesByDefaultIsRead() throws IOException {
    Certificates good = IssuedCertificates.issue(POLICY);
    write(folder, good);
    Files.writeString(folder.resolve("tls.key"), sec1(good.leaf().key()));
    try (var mounted = mounted()) {
      mounted.round();
      assertThat(presents(good)).isTrue();
    }
  }

  private MountedCertificates mounted() {
    return new MountedCertificates(folder, presented::set);
  }

  private boolean presents(Certificates certificates) {
    TlsListener.Identity identity = presented.get();
    return identity != null
        && identity.chain().getFirst().equals(certificates.leaf().certificate())
        && belongs(identity.key(), identity.chain().getFirst());
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    try {
      return KeyPairs.match(new KeyPair(certificate.getPublicKey(), key));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** RFC 5915 with the curve's name inside, as Go writes it. */
  private static String sec1(PrivateKey key) throws IOException {
    BigInteger secret = ((java.security.interfaces.ECPrivateKey) key).getS();
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(
          new PemObject(
              "EC PRIVATE KEY",
              new ECPrivateKey(256, secret, SECObjectIdentifiers.secp256r1).getEncoded()));
    }
    return text.toString();
  }

  /** As the kubelet does: a new folder, then the link in one step. */
  private static void swap(Path folder, String version, Certificates certificates)
      throws IOException {
    Path content = Files.createDirectory(folder.resolve(version));
    write(content, certificates);
    Path link = folder.resolve("..new");
    Files.createSymbolicLink(link, content);
    Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(Path folder, Certificates certificates) throws IOException {
    Files.writeString(folder.resolve("tls.crt"), Pem.write(certificates.leaf().certificate()));
    Files.writeString(folder.resolve("tls.key"), Pem.write(certificates.leaf().key()));
  }
}
