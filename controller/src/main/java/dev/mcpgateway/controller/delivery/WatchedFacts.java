package dev.mcpgateway.controller.delivery;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Objects of one kind reduced to facts; of the objects themselves only the UIDs are kept. */
final class WatchedFacts<T extends HasMetadata, F>
    implements ResourceEventHandler<T>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WatchedFacts.class);

  /** Consistent listing in pages, see WorldCache. */
  private static final long PAGE = 100;

  private final Function<T, F> mapper;
  private final Runnable listener;
  private final SharedIndexInformer<T> informer;
  private final Map<String, F> byUid = new ConcurrentHashMap<>();
  private final Set<String> seenBeforeSync = ConcurrentHashMap.newKeySet();
  private volatile boolean synced;

  WatchedFacts(
      Class<T> kind,
      Informable<T> source,
      KubernetesSerialization serialization,
      Function<T, F> mapper,
      Runnable listener) {
    this.mapper = mapper;
    this.listener = listener;
    this.informer = source.withLimit(PAGE).runnableInformer(0);
    // Pods are large and many.
    informer.itemStore(
        new ReducedStateItemStore<>(ReducedStateItemStore.UID_KEY_STATE, kind, serialization));
    // As in WorldCache: never give up, whatever the API server is going through.
    informer.exceptionHandler((started, failure) -> {
      log.atWarn()
          .addKeyValue("kind", kind.getSimpleName())
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
      List<String> listed =
          informer.getIndexer().list().stream().map(o -> o.getMetadata().getUid()).toList();
      synced = seenBeforeSync.containsAll(listed);
      if (synced) {
        seenBeforeSync.clear();
      }
    }
    return synced;
  }

  boolean watching() {
    return informer.isWatching();
  }

  Collection<F> all() {
    return List.copyOf(byUid.values());
  }

  Optional<F> get(String uid) {
    return Optional.ofNullable(byUid.get(uid));
  }

  @Override
  public void onAdd(T object) {
    put(object);
  }

  @Override
  public void onUpdate(T before, T object) {
    put(object);
  }

  @Override
  public void onDelete(T object, boolean deletedFinalStateUnknown) {
    if (byUid.remove(object.getMetadata().getUid()) != null) {
      listener.run();
    }
  }

  @Override
  public void close() {
    informer.close();
  }

  private void put(T object) {
    String uid = object.getMetadata().getUid();
    F now = mapper.apply(object);
    if (!now.equals(byUid.put(uid, now))) {
      listener.run();
    }
    if (!synced) {
      seenBeforeSync.add(uid);
    }
  }
}
