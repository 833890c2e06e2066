package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.LeanClient;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.api.rules.Precedence;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.World;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Gathers the world a case is judged against. What decides uniqueness is read from the API server
 * for every decision; what only leads to warnings comes from the cache, or may stay unseen. What
 * the cache expects to be asked later is asked at once, so that one answer rarely waits for
 * another.
 */
public final class AdmissionObserver implements WorldSource, AutoCloseable {
  /** Kinds of which the cache must keep more than facts: which tools a server offers. */
  public static final Set<WatchedKind> STORED = Set.of(WatchedKind.REGISTRATION);

  private final AnswerRoom room = new AnswerRoom();
  private final KubernetesClient lean;
  private final WorldCache cache;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  public AdmissionObserver(KubernetesClient client, WorldCache cache) {
    this.lean = LeanClient.of(client, room);
    this.cache = cache;
  }

  @Override
  public View observe(AdmissionCase admission, Deadline deadline) {
    try (LiveReads live = new LiveReads(lean, room, executor, deadline)) {
      return switch (admission) {
        // What asks for nothing new is not judged, and never comes here.
        case AdmissionCase.Extension c -> ClaimObserver.claim(c.after(), synced(), live);
        case AdmissionCase.VirtualServer c -> View.of(withTools(c.after(), synced(), live));
        case AdmissionCase.Registration c -> RegistrationObserver.observe(c, synced(), live);
        case AdmissionCase.RouterFilter c -> {
          World world = synced();
          for (ObjectKey gateway : c.claims()) {
            world = ClaimObserver.holder(gateway, world, live);
          }
          yield View.of(world);
        }
        case AdmissionCase.NotJudged c -> View.EMPTY;
        case AdmissionCase.UnknownKind c -> View.EMPTY;
      };
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    lean.close();
  }

  private World synced() {
    if (!cache.synced()) {
      throw new WorldUnavailableException(
          "The webhook has not read the cluster yet. Try again in a few seconds.");
    }
    return cache.snapshot();
  }

  /** Status is no fact: it would wake up everybody who only wants to know what is wanted. */
  private World withTools(VirtualServerFacts candidate, World cached, LiveReads live) {
    World world = withExtension(candidate.key().namespace(), cached, live);
    Map<ObjectKey, List<String>> tools = new HashMap<>();
    Precedence.namespaceWinner(candidate.key().namespace(), world).stream()
        .flatMap(e -> RegistrationConflictRules.on(e.gateway(), world))
        .map(RegistrationFacts::key)
        .forEach(key ->
            cache
                .stored(WatchedKind.REGISTRATION, key, MCPServerRegistration.class)
                .map(MCPServerRegistration::getStatus)
                .filter(AdmissionObserver::whole)
                .map(RegistrationStatus::tools)
                .ifPresent(names -> tools.put(key, names)));
    return world.toBuilder().tools(tools).build();
  }

  /** Where the cache knows of no extension, one may have been created a moment before. */
  private static World withExtension(String namespace, World cached, LiveReads live) {
    if (Precedence.namespaceWinner(namespace, cached).isPresent()) {
      return cached;
    }
    Map<ObjectKey, ExtensionFacts> extensions = new HashMap<>(cached.extensions());
    live.extensionsIn(namespace)
        .told()
        .ifPresent(stored -> {
          extensions.values().removeIf(e -> e.key().namespace().equals(namespace));
          stored.forEach(e -> extensions.put(e.key(), e));
        });
    return cached.toBuilder().extensions(extensions).build();
  }

  /** A status holds only the first names when there are many; the rest may be anything. */
  private static boolean whole(RegistrationStatus status) {
    return status.tools() == null
        || status.discoveredTools() == null
        || status.discoveredTools() <= status.tools().size();
  }
}
