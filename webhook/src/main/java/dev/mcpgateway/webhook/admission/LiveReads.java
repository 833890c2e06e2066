package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.model.MCPGatewayExtension;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1beta1.ReferenceGrant;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Gettable;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The questions of one review to the API server: asked side by side, each of them once, answered
 * consistently and given up together. A LIST or GET without resourceVersion sees everything that
 * was stored before it (Kubernetes API concepts, resource versions). Lists use the selectable
 * fields of the custom resource definitions (decision 26).
 */
final class LiveReads implements AutoCloseable {
  private static final String TARGET_NAME = "spec.targetRef.name";
  private static final String TARGET_NAMESPACE = "spec.targetRef.namespace";
  private static final String TOOL_PREFIX = "spec.toolPrefix";

  /**
   * Extensions and registrations of one namespace read at once: whoever may make them may make each
   * as large as etcd takes. Across namespaces a page would cost more than it saves: not every API
   * server has lists with a limit in its cache.
   */
  private static final long PAGE = 10;

  private final KubernetesClient client;
  private final KubernetesClient lean;
  private final ExecutorService executor;
  private final Deadline deadline;
  private final Map<Question, Future<?>> asked = new HashMap<>();

  /** What is asked about what; asked again, it is answered by what was asked before. */
  private record Question(String what, Object about) {}

  /**
   * Nothing is asked yet.
   *
   * @param lean a client for the same API server that leaves out what lists are not read for
   */
  LiveReads(
      KubernetesClient client, KubernetesClient lean, ExecutorService executor, Deadline deadline) {
    this.client = client;
    this.lean = lean;
    this.executor = executor;
    this.deadline = deadline;
  }

  Answer<List<ExtensionFacts>> extensionsIn(String namespace) {
    return pages(
        new Question("extensions", namespace),
        lean.resources(MCPGatewayExtension.class).inNamespace(namespace),
        FactsMapper::extension);
  }

  /**
   * Extensions that name the Gateway with its namespace; one of its own namespace may leave that
   * out. Helm never upgrades definitions: one from before the namespace became selectable is asked
   * by the name alone, which answers with namesakes as well.
   */
  Answer<List<ExtensionFacts>> extensionsNaming(ObjectKey gateway) {
    return ask(
        new Question("extensions naming", gateway),
        () -> {
          try {
            return facts(naming(gateway).withField(TARGET_NAMESPACE, gateway.namespace()));
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_BAD_REQUEST) {
              throw e;
            }
            return facts(naming(gateway));
          }
        });
  }

  private FilterWatchListDeletable<
          MCPGatewayExtension,
          KubernetesResourceList<MCPGatewayExtension>,
          Resource<MCPGatewayExtension>>
      naming(ObjectKey gateway) {
    return lean.resources(MCPGatewayExtension.class)
        .inAnyNamespace()
        .withField(TARGET_NAME, gateway.name());
  }

  private static List<ExtensionFacts> facts(
      Listable<KubernetesResourceList<MCPGatewayExtension>> source) {
    return source.list().getItems().stream().map(FactsMapper::extension).toList();
  }

  Answer<List<GrantFacts>> grantsIn(String namespace) {
    return list(
        new Question("grants", namespace),
        lean.resources(ReferenceGrant.class).inNamespace(namespace),
        FactsMapper::grant);
  }

  Answer<Optional<GrantFacts>> grant(ObjectKey key) {
    return get(
        new Question("grant", key),
        client.resources(ReferenceGrant.class).inNamespace(key.namespace()).withName(key.name()),
        grant -> Optional.of(FactsMapper.grant(grant)));
  }

  Answer<List<RegistrationFacts>> registrationsWithPrefix(String prefix, String namespace) {
    return pages(
        new Question("registrations with prefix", new ObjectKey(namespace, prefix)),
        lean.resources(MCPServerRegistration.class)
            .inNamespace(namespace)
            .withField(TOOL_PREFIX, prefix),
        FactsMapper::registration);
  }

  /** In all namespaces: the API server looks at every registration there is. */
  Answer<List<RegistrationFacts>> registrationsWithPrefix(String prefix) {
    return list(
        new Question("registrations with prefix", prefix),
        lean.resources(MCPServerRegistration.class).inAnyNamespace().withField(TOOL_PREFIX, prefix),
        FactsMapper::registration);
  }

  Answer<List<RegistrationFacts>> registrationsOf(ObjectKey route) {
    return pages(
        new Question("registrations of", route),
        lean.resources(MCPServerRegistration.class)
            .inNamespace(route.namespace())
            .withField(TARGET_NAME, route.name()),
        FactsMapper::registration);
  }

  Answer<Optional<RouteFacts>> route(ObjectKey key) {
    return get(
        new Question("route", key),
        client.resources(HTTPRoute.class).inNamespace(key.namespace()).withName(key.name()),
        route -> Optional.of(FactsMapper.route(route)));
  }

  Answer<Optional<GatewayFacts>> gateway(ObjectKey key) {
    return get(
        new Question("gateway", key),
        client.resources(Gateway.class).inNamespace(key.namespace()).withName(key.name()),
        gateway -> Optional.of(FactsMapper.gateway(gateway)));
  }

  Answer<Optional<GatewayClassFacts>> gatewayClass(String name) {
    return get(
        new Question("gateway class", name),
        client.resources(GatewayClass.class).withName(name),
        gatewayClass -> Optional.of(FactsMapper.gatewayClass(gatewayClass)));
  }

  Answer<Optional<ServiceFacts>> service(ObjectKey key) {
    return get(
        new Question("service", key),
        client.services().inNamespace(key.namespace()).withName(key.name()),
        service -> Optional.of(FactsMapper.service(service)));
  }

  /** A Secret that registrations may use: without the label it is as good as none. */
  Answer<Optional<CredentialFacts>> credential(ObjectKey key) {
    return get(
        new Question("credential", key),
        client.secrets().inNamespace(key.namespace()).withName(key.name()),
        secret -> Optional.of(secret).filter(LiveReads::labelled).map(FactsMapper::credential));
  }

  /** EnvoyFilters the chart has put into a Gateway; none where nobody has installed that kind. */
  Answer<List<RouterFilterFacts>> routersAt(ObjectKey gateway) {
    var source =
        client
            .resources(RouterFilter.class)
            .inNamespace(gateway.namespace())
            .withLabel(RouterFilterFacts.TARGET_LABEL, gateway.name())
            .withLabel(RouterFilterFacts.INSTANCE_LABEL);
    return ask(
        new Question("routers", gateway),
        () -> {
          try {
            return source.list().getItems().stream().map(RouterFilterFacts::of).toList();
          } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
              return List.of();
            }
            throw e;
          }
        });
  }

  /** Gives up whatever has not been answered: one failure ends the review. */
  @Override
  public void close() {
    asked.values().forEach(f -> f.cancel(true));
  }

  private <T extends HasMetadata, F> Answer<List<F>> list(
      Question question,
      Listable<? extends KubernetesResourceList<T>> source,
      Function<T, F> mapper) {
    return ask(question, () -> source.list().getItems().stream().map(mapper).toList());
  }

  /** The same for what every tenant may make, page by page. */
  private <T extends HasMetadata, F> Answer<List<F>> pages(
      Question question,
      Listable<? extends KubernetesResourceList<T>> source,
      Function<T, F> mapper) {
    return ask(
        question,
        () -> {
          List<F> facts = new ArrayList<>();
          String next = null;
          do {
            var page =
                source.list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
            page.getItems().forEach(object -> facts.add(mapper.apply(object)));
            next = page.getMetadata().getContinue();
          } while (next != null && !next.isEmpty());
          return List.copyOf(facts);
        });
  }

  private <T, F> Answer<Optional<F>> get(
      Question question, Gettable<T> source, Function<T, Optional<F>> mapper) {
    return ask(question, () -> Stream.ofNullable(source.get()).findFirst().flatMap(mapper));
  }

  // A question's text belongs to one method above, and so to one type of answer.
  @SuppressWarnings("unchecked")
  private <T> Answer<T> ask(Question question, Callable<T> call) {
    return new Answer<>(
        (Future<T>) asked.computeIfAbsent(question, q -> executor.submit(call)), deadline);
  }

  private static boolean labelled(Secret secret) {
    return secret.getMetadata().getLabels() != null
        && "true".equals(secret.getMetadata().getLabels().get(McpGroup.CREDENTIAL_LABEL));
  }
}
