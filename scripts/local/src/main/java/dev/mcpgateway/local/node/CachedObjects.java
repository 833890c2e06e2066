package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Secrets and ConfigMaps from watches; whoever is told about a namespace looks at its pods' volumes
 * again.
 */
final class CachedObjects implements ClusterObjects, AutoCloseable {
  private final KubernetesClient client;
  private final Clock clock;
  private final SharedIndexInformer<Secret> secrets;
  private final SharedIndexInformer<ConfigMap> configMaps;

  CachedObjects(KubernetesClient client, Clock clock, Consumer<String> namespaceChanged) {
    this.client = client;
    this.clock = clock;
    this.secrets = client.secrets().inAnyNamespace().inform(new Tell<>(namespaceChanged));
    this.configMaps = client.configMaps().inAnyNamespace().inform(new Tell<>(namespaceChanged));
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) {
    return Optional.ofNullable(
        secrets.getIndexer().getByKey(Cache.namespaceKeyFunc(namespace, name)));
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) {
    return Optional.ofNullable(
        configMaps.getIndexer().getByKey(Cache.namespaceKeyFunc(namespace, name)));
  }

  @Override
  public Token token(Pod pod, String audience, long seconds) {
    var meta = pod.getMetadata();
    var request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(seconds)
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(meta.getName())
            .withUid(meta.getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    if (!audience.isEmpty()) {
      request.getSpec().getAudiences().add(audience);
    }
    TokenRequest answer =
        client
            .serviceAccounts()
            .inNamespace(meta.getNamespace())
            .withName(Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default"))
            .tokenRequest(request);
    return new Token(
        answer.getStatus().getToken(),
        clock.instant(),
        Instant.parse(answer.getStatus().getExpirationTimestamp()));
  }

  @Override
  public void close() {
    secrets.close();
    configMaps.close();
  }

  private record Tell<T extends io.fabric8.kubernetes.api.model.HasMetadata>(Consumer<String> to)
      implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      to.accept(object.getMetadata().getNamespace());
    }

    @Override
    public void onUpdate(T before, T after) {
      to.accept(after.getMetadata().getNamespace());
    }

    @Override
    public void onDelete(@Nullable T object, boolean unknown) {
      if (object != null) {
        to.accept(object.getMetadata().getNamespace());
      }
    }
  }
}
