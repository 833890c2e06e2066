package dev.mcpgateway.webhook.admission;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.rules.World;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gathers the world a case is judged against. What decides uniqueness is read from the API server
 * for every decision, consistently (a LIST without resourceVersion) and by field selector (decision
 * 26); what only leads to warnings comes from the cache.
 */
public final class AdmissionObserver implements WorldSource, AutoCloseable {
  /** The selectable field of the custom resource definition. */
  private static final String TARGET_NAME = "spec.targetRef.name";

  private final KubernetesClient client;
  private final WorldCache cache;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  public AdmissionObserver(KubernetesClient client, WorldCache cache) {
    this.client = client;
    this.cache = cache;
  }

  @Override
  public World observe(AdmissionCase admission, Deadline deadline) {
    return switch (admission) {
      case AdmissionCase.Extension c when c.claims() -> claims(c.after(), synced(), deadline);
      case AdmissionCase.Extension c -> synced();
      case AdmissionCase.NotJudged c -> World.EMPTY;
      case AdmissionCase.UnknownKind c -> World.EMPTY;
    };
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private World synced() {
    if (!cache.synced()) {
      throw new WorldUnavailableException(
          "The webhook has not read the cluster yet. Try again in a few seconds.");
    }
    return cache.snapshot();
  }

  private World claims(ExtensionFacts candidate, World cached, Deadline deadline) {
    var extensions = client.resources(MCPGatewayExtension.class);
    String namespace = candidate.key().namespace();
    Future<List<MCPGatewayExtension>> neighbours =
        executor.submit(() -> extensions.inNamespace(namespace).list().getItems());
    Future<List<MCPGatewayExtension>> claimants =
        executor.submit(() ->
            extensions
                .inAnyNamespace()
                .withField(TARGET_NAME, candidate.gateway().name())
                .list()
                .getItems());
    Map<ObjectKey, ExtensionFacts> live = new HashMap<>();
    await(neighbours, deadline).forEach(e -> put(e, live));
    await(claimants, deadline).forEach(e -> put(e, live));
    World.Builder world = cached.toBuilder().extensions(live);
    if (needsGrants(candidate, live)) {
      world.grants(grants(candidate.gateway().namespace(), cached, deadline));
    }
    return world.build();
  }

  private static void put(MCPGatewayExtension extension, Map<ObjectKey, ExtensionFacts> live) {
    ExtensionFacts facts = FactsMapper.extension(extension);
    live.put(facts.key(), facts);
  }

  /** A claim from a third namespace counts only with a grant, so the grants decide as well. */
  private static boolean needsGrants(
      ExtensionFacts candidate, Map<ObjectKey, ExtensionFacts> live) {
    return live.values().stream()
        .filter(e -> e.claimKey().equals(candidate.claimKey()))
        .map(e -> e.key().namespace())
        .anyMatch(n ->
            !n.equals(candidate.key().namespace()) && !n.equals(candidate.gateway().namespace()));
  }

  private Map<ObjectKey, GrantFacts> grants(String namespace, World cached, Deadline deadline) {
    Future<List<ReferenceGrant>> listed =
        executor.submit(
            () -> client.resources(ReferenceGrant.class).inNamespace(namespace).list().getItems());
    Map<ObjectKey, GrantFacts> grants = new HashMap<>(cached.grants());
    grants.keySet().removeIf(k -> k.namespace().equals(namespace));
    grants.putAll(
        await(listed, deadline).stream()
            .map(FactsMapper::grant)
            .collect(toMap(GrantFacts::key, identity())));
    return grants;
  }

  private static <T> T await(Future<T> future, Deadline deadline) {
    try {
      return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new WorldUnavailableException(
          "The webhook cannot ask the API server who claims what. Try again; if it stays, see the webhook's log.",
          e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new WorldUnavailableException(
          "The API server did not tell the webhook in time who claims what. Try again.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorldUnavailableException("The webhook is stopping.", e);
    } finally {
      future.cancel(true);
    }
  }
}
