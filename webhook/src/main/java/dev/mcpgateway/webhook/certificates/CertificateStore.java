package dev.mcpgateway.webhook.certificates;

import dev.mcpgateway.controller.api.ObjectKey;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Secret through which replicas agree. */
final class CertificateStore {
  private static final Logger log = LoggerFactory.getLogger(CertificateStore.class);

  private final KubernetesClient client;
  private final ObjectKey key;

  CertificateStore(KubernetesClient client, ObjectKey key) {
    this.client = client;
    this.key = key;
  }

  /**
   * The Secret at one version.
   *
   * @param certificates null when it holds none
   */
  record Stored(Secret secret, @Nullable Certificates certificates) {}

  /**
   * Reads the Secret.
   *
   * @throws IllegalStateException when it does not exist; the chart makes it, so that nobody needs
   *     the right to create Secrets
   */
  Stored read() {
    Secret secret = client.secrets().inNamespace(key.namespace()).withName(key.name()).get();
    if (secret == null) {
      throw new IllegalStateException(
          "Secret %s is missing: install the chart again.".formatted(key));
    }
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    try {
      return new Stored(secret, SecretCodec.read(data));
    } catch (GeneralSecurityException e) {
      log.atWarn()
          .addKeyValue("secret", key)
          .addKeyValue("error", String.valueOf(e.getMessage()))
          .log("Secret holds no usable certificates, issuing new ones");
      return new Stored(secret, null);
    }
  }

  /** Replaces the data; fails with a conflict when another replica was faster. */
  void write(Stored read, Certificates certificates) {
    Secret secret =
        new SecretBuilder(read.secret()).withData(SecretCodec.write(certificates)).build();
    client.resource(secret).update();
  }
}
