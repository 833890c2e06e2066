package dev.mcpgateway.webhook.certificates;

import dev.mcpgateway.controller.api.ObjectKey;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  record Stored(Secret secret, @Nullable Certificates certificates) {
    /** When it was last written, by the clock of the API server; the epoch when it does not say. */
    Instant written() {
      return secret.getMetadata().getManagedFields().stream()
          .map(ManagedFieldsEntry::getTime)
          .filter(Objects::nonNull)
          .map(Instant::parse)
          .max(Comparator.naturalOrder())
          .orElse(Instant.EPOCH);
    }
  }

  /** Reads the Secret, empty when it does not exist. */
  Optional<Stored> read() {
    Secret secret = client.secrets().inNamespace(key.namespace()).withName(key.name()).get();
    if (secret == null) {
      return Optional.empty();
    }
    Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
    try {
      return Optional.of(new Stored(secret, SecretCodec.read(data)));
    } catch (GeneralSecurityException e) {
      log.atWarn()
          .addKeyValue("secret", key)
          .addKeyValue("error", String.valueOf(e.getMessage()))
          .log("Secret holds no usable certificates, issuing new ones");
      return Optional.of(new Stored(secret, null));
    }
  }

  /** Replaces the data; fails with a conflict when another replica was faster. */
  void write(Stored read, Certificates certificates) {
    Secret secret =
        new SecretBuilder(read.secret()).withData(SecretCodec.write(certificates)).build();
    client.resource(secret).update();
  }

  /**
   * Puts a Secret back that somebody deleted, as the release's as it was before. A server-side
   * apply names what it creates, so that the right to create can be one for this name only.
   */
  void restore(Stored last, Certificates certificates) {
    ObjectMeta metadata = last.secret().getMetadata();
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(key.namespace())
            .withName(key.name())
            .withLabels(metadata.getLabels())
            .withAnnotations(metadata.getAnnotations())
            .endMetadata()
            .withType(last.secret().getType())
            .withData(SecretCodec.write(certificates))
            .build();
    client.resource(secret).fieldManager("mcp-webhook").serverSideApply();
  }
}
