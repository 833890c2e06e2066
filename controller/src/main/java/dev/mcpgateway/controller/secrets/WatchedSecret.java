package dev.mcpgateway.controller.secrets;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets of one name and label in all namespaces, reduced to facts. */
final class WatchedSecret<F> implements ResourceEventHandler<Secret>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WatchedSecret.class);

  /** Small pages: one Secret may have a megabyte. */
  private static final long PAGE = 20;

  private final String name;
  private final Function<Secret, F> mapper;
  private final Runnable listener;
  private final SharedIndexInformer<Secret> informer;
  private final Map<String, F> facts = new ConcurrentHashMap<>();
  private final Set<String> seenBeforeSync = ConcurrentHashMap.newKeySet();
  private volatile boolean synced;

  WatchedSecret(
      KubernetesClient client,
      String name,
      String label,
      Function<Secret, F> mapper,
      Runnable listener) {
    this.name = name;
    this.mapper = mapper;
    this.listener = listener;
    this.informer =
        client
            .secrets()
            .inAnyNamespace()
            .withLabel(label, "true")
            // Consistent listing in pages, see WorldCache.
            .withLimit(PAGE)
            .runnableInformer(0);
    // As in WorldCache: never give up, whatever the API server is going through.
    informer.exceptionHandler((started, failure) -> {
      log.atWarn()
          .addKeyValue("secret", name)
          .addKeyValue("error", String.valueOf(failure.getMessage()))
          .log("Watch failed, retrying");
      return true;
    });
    informer.addEventHandler(this);
  }

  void start() {
    var _ = informer.start();
  }

  /** Whether the facts of everything listed first are here; the informer says so too early. */
  synchronized boolean synced() {
    if (!synced && informer.hasSynced()) {
      synced =
          informer.getIndexer().list().stream()
              .map(s -> s.getMetadata().getUid())
              .allMatch(seenBeforeSync::contains);
      if (synced) {
        seenBeforeSync.clear();
      }
    }
    return synced;
  }

  boolean watching() {
    return informer.isWatching();
  }

  Map<String, F> byNamespace() {
    return Map.copyOf(facts);
  }

  @Override
  public void onAdd(Secret secret) {
    put(secret);
  }

  @Override
  public void onUpdate(Secret before, Secret secret) {
    put(secret);
  }

  @Override
  public void onDelete(Secret secret, boolean deletedFinalStateUnknown) {
    if (ours(secret) && facts.remove(secret.getMetadata().getNamespace()) != null) {
      listener.run();
    }
  }

  @Override
  public void close() {
    informer.close();
  }

  private void put(Secret secret) {
    if (ours(secret)) {
      F now = mapper.apply(secret);
      if (!now.equals(facts.put(secret.getMetadata().getNamespace(), now))) {
        listener.run();
      }
    }
    if (!synced) {
      seenBeforeSync.add(secret.getMetadata().getUid());
    }
  }

  /** The label alone is no proof: only the one name of a namespace counts. */
  private boolean ours(Secret secret) {
    return name.equals(secret.getMetadata().getName());
  }
}
