package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Gettable;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Questions to the API server, asked side by side and answered consistently: a LIST or GET without
 * resourceVersion sees everything that was stored before it (Kubernetes API concepts, resource
 * versions). Lists use the selectable fields of the custom resource definitions (decision 26).
 */
final class LiveReads implements AutoCloseable {
  private static final String TARGET_NAME = "spec.targetRef.name";
  private static final String TOOL_PREFIX = "spec.toolPrefix";

  private final KubernetesClient client;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  LiveReads(KubernetesClient client) {
    this.client = client;
  }

  Future<List<ExtensionFacts>> extensionsIn(String namespace) {
    return list(
        client.resources(MCPGatewayExtension.class).inNamespace(namespace), FactsMapper::extension);
  }

  /** Extensions that claim the Gateway, and those that claim its namesakes elsewhere. */
  Future<List<ExtensionFacts>> extensionsClaiming(ObjectKey gateway) {
    return list(
        client
            .resources(MCPGatewayExtension.class)
            .inAnyNamespace()
            .withField(TARGET_NAME, gateway.name()),
        FactsMapper::extension);
  }

  Future<List<GrantFacts>> grantsIn(String namespace) {
    return list(client.resources(ReferenceGrant.class).inNamespace(namespace), FactsMapper::grant);
  }

  Future<List<RegistrationFacts>> registrationsWithPrefix(String prefix, String namespace) {
    return list(
        client
            .resources(MCPServerRegistration.class)
            .inNamespace(namespace)
            .withField(TOOL_PREFIX, prefix),
        FactsMapper::registration);
  }

  /** In all namespaces: the API server looks at every registration there is. */
  Future<List<RegistrationFacts>> registrationsWithPrefix(String prefix) {
    return list(
        client
            .resources(MCPServerRegistration.class)
            .inAnyNamespace()
            .withField(TOOL_PREFIX, prefix),
        FactsMapper::registration);
  }

  Future<List<RegistrationFacts>> registrationsOf(ObjectKey route) {
    return list(
        client
            .resources(MCPServerRegistration.class)
            .inNamespace(route.namespace())
            .withField(TARGET_NAME, route.name()),
        FactsMapper::registration);
  }

  Future<Optional<RouteFacts>> route(ObjectKey key) {
    return get(
        client.resources(HTTPRoute.class).inNamespace(key.namespace()).withName(key.name()),
        route -> Optional.of(FactsMapper.route(route)));
  }

  Future<Optional<GatewayClassFacts>> gatewayClass(String name) {
    return get(
        client.resources(GatewayClass.class).withName(name),
        gatewayClass -> Optional.of(FactsMapper.gatewayClass(gatewayClass)));
  }

  Future<Optional<ServiceFacts>> service(ObjectKey key) {
    return get(
        client.services().inNamespace(key.namespace()).withName(key.name()),
        service -> Optional.of(FactsMapper.service(service)));
  }

  /** A Secret that registrations may use: without the label it is as good as none. */
  Future<Optional<CredentialFacts>> credential(ObjectKey key) {
    return get(
        client.secrets().inNamespace(key.namespace()).withName(key.name()),
        secret -> Optional.of(secret).filter(LiveReads::labelled).map(FactsMapper::credential));
  }

  /**
   * The answer.
   *
   * @throws WorldUnavailableException when there is none in time
   */
  static <T> T await(Future<T> future, Deadline deadline) {
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

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private <T extends HasMetadata, F> Future<List<F>> list(
      Listable<? extends KubernetesResourceList<T>> source, Function<T, F> mapper) {
    return executor.submit(() -> source.list().getItems().stream().map(mapper).toList());
  }

  private <T, F> Future<Optional<F>> get(Gettable<T> source, Function<T, Optional<F>> mapper) {
    return executor.submit(() -> Stream.ofNullable(source.get()).findFirst().flatMap(mapper));
  }

  private static boolean labelled(Secret secret) {
    return secret.getMetadata().getLabels() != null
        && "true".equals(secret.getMetadata().getLabels().get(McpGroup.CREDENTIAL_LABEL));
  }
}
