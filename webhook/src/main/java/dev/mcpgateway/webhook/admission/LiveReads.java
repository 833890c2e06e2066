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
import io.fabric8.kubernetes.client.dsl.Listable;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The questions of one review to the API server: asked side by side, each of them once, answered
 * consistently and given up together. A LIST or GET without resourceVersion sees everything that
 * was stored before it (Kubernetes API concepts, resource versions). Lists use the selectable
 * fields of the custom resource definitions (decision 26). What may be asked is bounded by {@link
 * ReadLimits}.
 */
final class LiveReads implements AutoCloseable {
  private static final String TARGET_NAME = "spec.targetRef.name";
  private static final String TARGET_NAMESPACE = "spec.targetRef.namespace";
  private static final String TOOL_PREFIX = "spec.toolPrefix";

  private final KubernetesClient lean;
  private final AnswerRoom room;
  private final ExecutorService executor;
  private final Deadline deadline;
  private final Map<Question, Future<?>> asked = new HashMap<>();

  /**
   * What is asked about what; asked again, it is answered by what was asked before.
   *
   * @param what a constant; of a list, what is listed, as messages say it
   */
  private record Question(String what, Object about) {}

  /**
   * Nothing is asked yet.
   *
   * @param lean a client that leaves out what nothing is read for, and whose answers go through
   *     {@code room}
   */
  LiveReads(KubernetesClient lean, AnswerRoom room, ExecutorService executor, Deadline deadline) {
    this.lean = lean;
    this.room = room;
    this.executor = executor;
    this.deadline = deadline;
  }

  Answer<List<ExtensionFacts>> extensionsIn(String namespace) {
    return list(
        new Question("MCPGatewayExtensions of namespace", namespace),
        () -> lean.resources(MCPGatewayExtension.class).inNamespace(namespace),
        FactsMapper::extension);
  }

  /**
   * Extensions that name the Gateway with its namespace; one of its own namespace may leave that
   * out. Helm never upgrades definitions: one from before the namespace became selectable is asked
   * by the name alone, which answers with namesakes as well.
   */
  Answer<List<ExtensionFacts>> extensionsNaming(ObjectKey gateway) {
    Question question = new Question("MCPGatewayExtensions for Gateway", gateway);
    return ask(
        question,
        () -> {
          try {
            return all(
                question,
                naming(gateway).withField(TARGET_NAMESPACE, gateway.namespace()),
                FactsMapper::extension);
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_BAD_REQUEST) {
              throw e;
            }
            return all(question, naming(gateway), FactsMapper::extension);
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

  Answer<List<GrantFacts>> grantsIn(String namespace) {
    return list(
        new Question("ReferenceGrants of namespace", namespace),
        () -> lean.resources(ReferenceGrant.class).inNamespace(namespace),
        FactsMapper::grant);
  }

  Answer<Optional<GrantFacts>> grant(ObjectKey key) {
    return get(
        new Question("grant", key),
        () ->
            lean.resources(ReferenceGrant.class)
                .inNamespace(key.namespace())
                .withName(key.name())
                .get(),
        grant -> Optional.of(FactsMapper.grant(grant)));
  }

  Answer<List<RegistrationFacts>> registrationsWithPrefix(String prefix, String namespace) {
    return list(
        new Question(
            "MCPServerRegistrations with the tool prefix", new ObjectKey(namespace, prefix)),
        () ->
            lean.resources(MCPServerRegistration.class)
                .inNamespace(namespace)
                .withField(TOOL_PREFIX, prefix),
        FactsMapper::registration);
  }

  /** In all namespaces: the API server looks at every registration there is. */
  Answer<List<RegistrationFacts>> registrationsWithPrefix(String prefix) {
    return list(
        new Question("MCPServerRegistrations with the tool prefix", prefix),
        () ->
            lean.resources(MCPServerRegistration.class)
                .inAnyNamespace()
                .withField(TOOL_PREFIX, prefix),
        FactsMapper::registration);
  }

  Answer<List<RegistrationFacts>> registrationsOf(ObjectKey route) {
    return list(
        new Question("MCPServerRegistrations of HTTPRoute", route),
        () ->
            lean.resources(MCPServerRegistration.class)
                .inNamespace(route.namespace())
                .withField(TARGET_NAME, route.name()),
        FactsMapper::registration);
  }

  Answer<Optional<RouteFacts>> route(ObjectKey key) {
    return get(
        new Question("route", key),
        () ->
            lean.resources(HTTPRoute.class).inNamespace(key.namespace()).withName(key.name()).get(),
        route -> Optional.of(FactsMapper.route(route)));
  }

  Answer<Optional<GatewayFacts>> gateway(ObjectKey key) {
    return get(
        new Question("gateway", key),
        () -> lean.resources(Gateway.class).inNamespace(key.namespace()).withName(key.name()).get(),
        gateway -> Optional.of(FactsMapper.gateway(gateway)));
  }

  Answer<Optional<GatewayClassFacts>> gatewayClass(String name) {
    return get(
        new Question("gateway class", name),
        () -> lean.resources(GatewayClass.class).withName(name).get(),
        gatewayClass -> Optional.of(FactsMapper.gatewayClass(gatewayClass)));
  }

  Answer<Optional<ServiceFacts>> service(ObjectKey key) {
    return get(
        new Question("service", key),
        () -> lean.services().inNamespace(key.namespace()).withName(key.name()).get(),
        service -> Optional.of(FactsMapper.service(service)));
  }

  /** A Secret that registrations may use: without the label it is as good as none. */
  Answer<Optional<CredentialFacts>> credential(ObjectKey key) {
    return get(
        new Question("credential", key),
        () -> lean.secrets().inNamespace(key.namespace()).withName(key.name()).get(),
        secret -> Optional.of(secret).filter(LiveReads::labelled).map(FactsMapper::credential));
  }

  /** EnvoyFilters the chart has put into a Gateway; none where nobody has installed that kind. */
  Answer<List<RouterFilterFacts>> routersAt(ObjectKey gateway) {
    Question question = new Question("EnvoyFilters of Gateway", gateway);
    return ask(
        question,
        () -> {
          try {
            return all(
                question,
                lean.resources(RouterFilter.class)
                    .inNamespace(gateway.namespace())
                    .withLabel(RouterFilterFacts.TARGET_LABEL, gateway.name())
                    .withLabel(RouterFilterFacts.INSTANCE_LABEL),
                RouterFilterFacts::of);
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
      Supplier<Listable<? extends KubernetesResourceList<T>>> source,
      Function<T, F> mapper) {
    return ask(question, () -> all(question, source.get(), mapper));
  }

  private <T extends HasMetadata, F> Answer<Optional<F>> get(
      Question question, Supplier<@Nullable T> source, Function<T, Optional<F>> mapper) {
    Supplier<Optional<F>> found = () -> Optional.ofNullable(source.get()).flatMap(mapper);
    return ask(
        question,
        () ->
            room.small(deadline, found)
                .orElseGet(() -> room.large(ReadLimits.LARGE_OBJECT, deadline, found)));
  }

  // A question's text belongs to one method above, and so to one type of answer.
  @SuppressWarnings("unchecked")
  private <T> Answer<T> ask(Question question, Supplier<T> call) {
    return new Answer<>(
        (Future<T>) asked.computeIfAbsent(question, q -> executor.submit(call::get)), deadline);
  }

  /** Facts of one page, and where the next one begins: null when there is none. */
  private record Page<F>(List<F> facts, @Nullable String next) {}

  /**
   * All that is listed, page by page: the first is short, so that little is asked for in vain where
   * objects are large, and once a page was too long, all further ones are short.
   */
  private <T extends HasMetadata, F> List<F> all(
      Question question,
      Listable<? extends KubernetesResourceList<T>> source,
      Function<T, F> mapper) {
    List<F> facts = new ArrayList<>();
    @Nullable String next = null;
    boolean usual = true;
    long limit = ReadLimits.LARGE_PAGE;
    for (int pages = 0; pages < ReadLimits.PAGES; pages++) {
      String from = next;
      long most = limit;
      Optional<Page<F>> page =
          usual ? room.small(deadline, () -> page(source, most, from, mapper)) : Optional.empty();
      usual = page.isPresent();
      Page<F> read =
          page.orElseGet(() ->
              room.large(
                  ReadLimits.LARGE_ANSWERS,
                  deadline,
                  () -> page(source, ReadLimits.LARGE_PAGE, from, mapper)));
      limit = usual ? ReadLimits.PAGE : ReadLimits.LARGE_PAGE;
      facts.addAll(read.facts());
      next = read.next();
      if (next == null) {
        return List.copyOf(facts);
      }
    }
    throw new WorldUnavailableException(
        "There are more %s %s than the webhook reads for one review. Delete those that nobody needs."
            .formatted(question.what(), question.about()));
  }

  private static <T extends HasMetadata, F> Page<F> page(
      Listable<? extends KubernetesResourceList<T>> source,
      long limit,
      @Nullable String from,
      Function<T, F> mapper) {
    var page = source.list(new ListOptionsBuilder().withLimit(limit).withContinue(from).build());
    String next = page.getMetadata().getContinue();
    return new Page<>(
        page.getItems().stream().map(mapper).toList(),
        next == null || next.isEmpty() ? null : next);
  }

  private static boolean labelled(Secret secret) {
    return secret.getMetadata().getLabels() != null
        && "true".equals(secret.getMetadata().getLabels().get(McpGroup.CREDENTIAL_LABEL));
  }
}
