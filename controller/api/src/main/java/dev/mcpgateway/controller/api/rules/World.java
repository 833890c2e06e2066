package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayClassFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cluster at one moment, immutable. Rules read nothing else. Kinds that a process does not
 * watch are empty maps.
 */
public final class World {
  /** Nothing exists. */
  public static final World EMPTY = builder().build();

  private final Map<ObjectKey, ExtensionFacts> extensions;
  private final Map<ObjectKey, GatewayFacts> gateways;
  private final Map<ObjectKey, GrantFacts> grants;
  private final Map<ObjectKey, RouteFacts> routes;
  private final Map<ObjectKey, ServiceFacts> services;
  private final Map<ObjectKey, RegistrationFacts> registrations;
  private final Map<ObjectKey, CredentialFacts> credentials;
  private final Map<ObjectKey, VirtualServerFacts> virtualServers;
  private final Map<String, GatewayClassFacts> gatewayClasses;
  private final Map<ObjectKey, List<String>> tools;
  private final Index<String, ExtensionFacts> extensionsByNamespace;
  private final Index<ObjectKey, ExtensionFacts> extensionsByClaim;
  private final Index<String, GrantFacts> grantsByNamespace;
  private final Index<ObjectKey, RouteFacts> routesByGateway;
  private final Index<String, RegistrationFacts> registrationsByNamespace;

  /** Of this world alone: they follow from its extensions and its grants. */
  private final Winners winners = new Winners();

  private World(Builder builder) {
    extensions = builder.extensions;
    gateways = builder.gateways;
    grants = builder.grants;
    routes = builder.routes;
    services = builder.services;
    registrations = builder.registrations;
    credentials = builder.credentials;
    virtualServers = builder.virtualServers;
    gatewayClasses = builder.gatewayClasses;
    tools = builder.tools;
    extensionsByNamespace = builder.extensionsByNamespace;
    extensionsByClaim = builder.extensionsByClaim;
    grantsByNamespace = builder.grantsByNamespace;
    routesByGateway = builder.routesByGateway;
    registrationsByNamespace = builder.registrationsByNamespace;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with everything of this world. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  public Map<ObjectKey, ExtensionFacts> extensions() {
    return extensions;
  }

  public Map<ObjectKey, GrantFacts> grants() {
    return grants;
  }

  public Map<ObjectKey, RouteFacts> routes() {
    return routes;
  }

  public Map<ObjectKey, RegistrationFacts> registrations() {
    return registrations;
  }

  public Map<ObjectKey, VirtualServerFacts> virtualServers() {
    return virtualServers;
  }

  public Optional<GatewayFacts> gateway(ObjectKey key) {
    return Optional.ofNullable(gateways.get(key));
  }

  public Optional<GatewayClassFacts> gatewayClass(String name) {
    return Optional.ofNullable(gatewayClasses.get(name));
  }

  /** Names clients see of a registration's tools; empty when its server has not told them yet. */
  public Optional<List<String>> tools(ObjectKey registration) {
    return Optional.ofNullable(tools.get(registration));
  }

  public Optional<RouteFacts> route(ObjectKey key) {
    return Optional.ofNullable(routes.get(key));
  }

  public Optional<ServiceFacts> service(ObjectKey key) {
    return Optional.ofNullable(services.get(key));
  }

  public Optional<CredentialFacts> credential(ObjectKey key) {
    return Optional.ofNullable(credentials.get(key));
  }

  Winners winners() {
    return winners;
  }

  /** Extensions of a namespace, the terminating ones included. */
  public Stream<ExtensionFacts> extensionsIn(String namespace) {
    return extensionsByNamespace.of(namespace);
  }

  /** Extensions that claim a Gateway, the terminating and the unpermitted ones included. */
  public Stream<ExtensionFacts> extensionsClaiming(ObjectKey gateway) {
    return extensionsByClaim.of(gateway);
  }

  /** ReferenceGrants of a namespace. */
  public Stream<GrantFacts> grantsIn(String namespace) {
    return grantsByNamespace.of(namespace);
  }

  /** HTTPRoutes that are attached to a Gateway, accepted or not. */
  public Stream<RouteFacts> routesAttachedTo(ObjectKey gateway) {
    return routesByGateway.of(gateway);
  }

  /** Registrations of a namespace, the terminating ones included. */
  public Stream<RegistrationFacts> registrationsIn(String namespace) {
    return registrationsByNamespace.of(namespace);
  }

  /**
   * Collects the kinds; what is not set is empty. What is taken over from another world keeps its
   * indexes.
   */
  public static final class Builder {
    private Map<ObjectKey, ExtensionFacts> extensions = Map.of();
    private Map<ObjectKey, GatewayFacts> gateways = Map.of();
    private Map<ObjectKey, GrantFacts> grants = Map.of();
    private Map<ObjectKey, RouteFacts> routes = Map.of();
    private Map<ObjectKey, ServiceFacts> services = Map.of();
    private Map<ObjectKey, RegistrationFacts> registrations = Map.of();
    private Map<ObjectKey, CredentialFacts> credentials = Map.of();
    private Map<ObjectKey, VirtualServerFacts> virtualServers = Map.of();
    private Map<String, GatewayClassFacts> gatewayClasses = Map.of();
    private Map<ObjectKey, List<String>> tools = Map.of();
    private Index<String, ExtensionFacts> extensionsByNamespace = Index.empty();
    private Index<ObjectKey, ExtensionFacts> extensionsByClaim = Index.empty();
    private Index<String, GrantFacts> grantsByNamespace = Index.empty();
    private Index<ObjectKey, RouteFacts> routesByGateway = Index.empty();
    private Index<String, RegistrationFacts> registrationsByNamespace = Index.empty();

    private Builder() {}

    private Builder(World world) {
      extensions = world.extensions;
      gateways = world.gateways;
      grants = world.grants;
      routes = world.routes;
      services = world.services;
      registrations = world.registrations;
      credentials = world.credentials;
      virtualServers = world.virtualServers;
      gatewayClasses = world.gatewayClasses;
      tools = world.tools;
      extensionsByNamespace = world.extensionsByNamespace;
      extensionsByClaim = world.extensionsByClaim;
      grantsByNamespace = world.grantsByNamespace;
      routesByGateway = world.routesByGateway;
      registrationsByNamespace = world.registrationsByNamespace;
    }

    public Builder extensions(Map<ObjectKey, ExtensionFacts> value) {
      extensions = Map.copyOf(value);
      extensionsByNamespace = Index.by(extensions, e -> Stream.of(e.key().namespace()));
      extensionsByClaim = Index.by(extensions, e -> Stream.of(e.claimKey()));
      return this;
    }

    public Builder gateways(Map<ObjectKey, GatewayFacts> value) {
      gateways = Map.copyOf(value);
      return this;
    }

    public Builder grants(Map<ObjectKey, GrantFacts> value) {
      grants = Map.copyOf(value);
      grantsByNamespace = Index.by(grants, g -> Stream.of(g.key().namespace()));
      return this;
    }

    public Builder routes(Map<ObjectKey, RouteFacts> value) {
      routes = Map.copyOf(value);
      routesByGateway = Index.by(routes, r -> r.attached().stream());
      return this;
    }

    public Builder services(Map<ObjectKey, ServiceFacts> value) {
      services = Map.copyOf(value);
      return this;
    }

    public Builder registrations(Map<ObjectKey, RegistrationFacts> value) {
      registrations = Map.copyOf(value);
      registrationsByNamespace = Index.by(registrations, r -> Stream.of(r.key().namespace()));
      return this;
    }

    public Builder credentials(Map<ObjectKey, CredentialFacts> value) {
      credentials = Map.copyOf(value);
      return this;
    }

    public Builder virtualServers(Map<ObjectKey, VirtualServerFacts> value) {
      virtualServers = Map.copyOf(value);
      return this;
    }

    public Builder gatewayClasses(Map<String, GatewayClassFacts> value) {
      gatewayClasses = Map.copyOf(value);
      return this;
    }

    public Builder tools(Map<ObjectKey, List<String>> value) {
      tools = Map.copyOf(value);
      return this;
    }

    public World build() {
      return new World(this);
    }
  }
}
