package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GrantFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.AddressInvalid;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendNotPermitted;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendUnsupported;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialKeyMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialTooLarge;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialUnusable;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.NoAcceptedGateway;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.NoValidExtension;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteElsewhere;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteUnusable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a registration leads: HTTPRoute ▶ accepted parents ▶ Gateways ▶ the extensions that hold
 * them, and from the same route to the server's address.
 */
public final class RegistrationRules {
  private static final String ISTIO_GROUP = "networking.istio.io";

  private RegistrationRules() {}

  /** What the rules make of a registration. */
  public sealed interface Resolution {
    /**
     * It can be served.
     *
     * @param extensions the holders of the Gateways that accepted its route, at least one, ordered
     * @param url of the MCP endpoint, for direct connections
     * @param hostname authority under which the Gateway reaches the server
     * @param credential value of the Authorization header, null when the server needs none
     */
    record Served(
        List<ObjectKey> extensions, String url, String hostname, @Nullable String credential)
        implements Resolution {
      public Served {
        extensions = List.copyOf(extensions);
      }

      /** Without the credential. */
      @Override
      public String toString() {
        return "Served[extensions=%s, url=%s, hostname=%s]".formatted(extensions, url, hostname);
      }
    }

    /** It cannot; the first problem on the way. */
    record NotServed(RegistrationProblem problem) implements Resolution {}
  }

  /** Follows a registration to its extensions and to its server. */
  public static Resolution resolve(RegistrationFacts registration, World world) {
    return resolve(registration, world, gateway -> holder(gateway, world));
  }

  /**
   * The same for whoever resolves many in one world.
   *
   * @param holders {@link #holder} in that world, remembered
   */
  public static Resolution resolve(
      RegistrationFacts registration,
      World world,
      Function<ObjectKey, Optional<ObjectKey>> holders) {
    try {
      return served(registration, world, holders);
    } catch (Stopped e) {
      return new Resolution.NotServed(e.problem);
    }
  }

  /**
   * Everything that keeps a registration from being served, not only the first obstacle: what can
   * be said to somebody who is about to store it.
   */
  public static List<RegistrationProblem> problems(RegistrationFacts registration, World world) {
    List<RegistrationProblem> problems = new ArrayList<>();
    Walk toExtensions =
        () -> extensions(route(registration, world), world, gateway -> holder(gateway, world));
    Walk toServer = () -> url(registration, server(route(registration, world), world));
    Walk toCredential = () -> credential(registration, world);
    for (Walk walk : List.of(toExtensions, toServer, toCredential)) {
      try {
        walk.go();
      } catch (Stopped e) {
        if (!problems.contains(e.problem)) {
          problems.add(e.problem);
        }
      }
    }
    return List.copyOf(problems);
  }

  /** The extension that holds a Gateway and violates nothing. */
  public static Optional<ObjectKey> holder(ObjectKey gateway, World world) {
    return Precedence.gatewayWinner(gateway, world)
        .filter(e -> ExtensionRules.judge(e, ExtensionRules.Standing.INCUMBENT, world).accepted())
        .map(ExtensionFacts::key);
  }

  private static Resolution.Served served(
      RegistrationFacts registration, World world, Function<ObjectKey, Optional<ObjectKey>> holders)
      throws Stopped {
    RouteFacts route = route(registration, world);
    List<ObjectKey> extensions = extensions(route, world, holders);
    Address address = server(route, world);
    return new Resolution.Served(
        extensions,
        url(registration, address),
        address.hostname(),
        credential(registration, world));
  }

  /** Goes one part of the way. */
  private interface Walk {
    @Nullable Object go() throws Stopped;
  }

  private static RouteFacts route(RegistrationFacts registration, World world) throws Stopped {
    ObjectKey key = registration.route();
    if (!key.namespace().equals(registration.key().namespace())) {
      throw new Stopped(new RouteElsewhere(key));
    }
    return world.route(key).orElseThrow(() -> new Stopped(new RouteMissing(key)));
  }

  private static List<ObjectKey> extensions(
      RouteFacts route, World world, Function<ObjectKey, Optional<ObjectKey>> holders)
      throws Stopped {
    List<ObjectKey> gateways =
        route.acceptedBy().stream().filter(g -> world.gateway(g).isPresent()).toList();
    if (gateways.isEmpty()) {
      throw new Stopped(new NoAcceptedGateway(route.key()));
    }
    List<ObjectKey> extensions =
        gateways.stream().flatMap(g -> holders.apply(g).stream()).sorted().toList();
    if (extensions.isEmpty()) {
      throw new Stopped(new NoValidExtension(route.key()));
    }
    return extensions;
  }

  private static Address server(RouteFacts route, World world) throws Stopped {
    return address(route, backend(route), world);
  }

  private record Address(String scheme, String authority, String hostname) {}

  private static String url(RegistrationFacts registration, Address address) throws Stopped {
    String url = address.scheme() + "://" + address.authority() + registration.path();
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException ignored) {
      // falls through to the one problem about the address
    }
    throw new Stopped(new AddressInvalid(registration.route(), url));
  }

  private static RouteFacts.Backend backend(RouteFacts route) throws Stopped {
    List<RouteFacts.Backend> backends =
        route.rules().stream().flatMap(r -> r.backends().stream()).distinct().toList();
    if (backends.isEmpty()) {
      throw new Stopped(new RouteUnusable(route.key(), "has no backend references"));
    }
    if (backends.size() > 1) {
      throw new Stopped(
          new RouteUnusable(
              route.key(), "leads to more than one backend reference, which is unsupported"));
    }
    if (route.hostnames().isEmpty()) {
      throw new Stopped(new RouteUnusable(route.key(), "must have at least one hostname"));
    }
    if (route.hostnames().getFirst().startsWith("*")) {
      throw new Stopped(new RouteUnusable(route.key(), "has a wildcard as its first hostname"));
    }
    return backends.getFirst();
  }

  private static Address address(RouteFacts route, RouteFacts.Backend backend, World world)
      throws Stopped {
    String hostname = route.hostnames().getFirst();
    if (backend.kind().equals("Hostname") && backend.group().equals(ISTIO_GROUP)) {
      int port = backend.port() == null ? 443 : backend.port();
      return new Address("https", host(route, backend.target().name()) + ":" + port, hostname);
    }
    if (!backend.kind().equals("Service") || !backend.group().isEmpty()) {
      throw new Stopped(new BackendUnsupported(route.key(), backend.kind()));
    }
    ObjectKey target = backend.target();
    if (!Grants.permitted(
        new GrantFacts.From(McpGroup.GATEWAY_GROUP, "HTTPRoute", route.key().namespace()),
        "",
        "Service",
        target,
        world)) {
      throw new Stopped(new BackendNotPermitted(route.key(), target));
    }
    ServiceFacts service =
        world.service(target).orElseThrow(() -> new Stopped(new BackendMissing(target)));
    String port = backend.port() == null ? "" : ":" + backend.port();
    String scheme = https(service, backend.port()) ? "https" : "http";
    if (service.externalName() != null) {
      return new Address(scheme, service.externalName() + port, service.externalName());
    }
    return new Address(
        scheme,
        "%s.%s.svc.cluster.local%s".formatted(target.name(), target.namespace(), port),
        hostname);
  }

  /**
   * What the Service says of its port ({@code appProtocol}). A listener that speaks https speaks it
   * to clients and says nothing of what is behind the Gateway.
   */
  private static boolean https(ServiceFacts service, @Nullable Integer port) {
    return service.ports().stream()
        .filter(p -> port == null || p.number() == port)
        .anyMatch(p -> p.appProtocol().equalsIgnoreCase("https"));
  }

  /**
   * Istio looks the whole name up among the hosts it knows, and takes the port from beside it: a
   * server under a name with a port, or under an IPv6 address, could be listed and never called.
   */
  private static String host(RouteFacts route, String name) throws Stopped {
    try {
      URI uri = new URI("https://" + name);
      if (name.equals(uri.getHost()) && !name.startsWith("[")) {
        return name;
      }
    } catch (URISyntaxException ignored) {
      // falls through to the one problem about the host
    }
    throw new Stopped(new RouteUnusable(route.key(), "names the invalid host '" + name + "'"));
  }

  private static @Nullable String credential(RegistrationFacts registration, World world)
      throws Stopped {
    RegistrationFacts.Credential wanted = registration.credential();
    if (wanted == null) {
      return null;
    }
    CredentialFacts secret =
        world
            .credential(wanted.secret())
            .orElseThrow(() -> new Stopped(new CredentialMissing(wanted.secret())));
    if (secret.tooLarge()) {
      throw new Stopped(new CredentialTooLarge(wanted.secret()));
    }
    if (secret.tooLong().contains(wanted.key())) {
      throw new Stopped(
          new CredentialUnusable(
              wanted.secret(),
              wanted.key(),
              "has more than %d characters".formatted(CredentialFacts.MAX_VALUE)));
    }
    String value = secret.values().get(wanted.key());
    if (value == null || value.isEmpty()) {
      throw new Stopped(new CredentialKeyMissing(wanted.secret(), wanted.key()));
    }
    if (!value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f))) {
      throw new Stopped(
          new CredentialUnusable(
              wanted.secret(), wanted.key(), "has characters that no header may have"));
    }
    return value;
  }

  /** Ends the walk at its first problem; never leaves this class. */
  private static final class Stopped extends Exception {
    private final transient RegistrationProblem problem;

    Stopped(RegistrationProblem problem) {
      super(null, null, false, false);
      this.problem = problem;
    }
  }
}
