package dev.mcpgateway.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.GatewayFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.RouteFacts;
import dev.mcpgateway.controller.api.facts.RouteSources;
import dev.mcpgateway.controller.api.facts.ServiceFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.rules.World;
import dev.mcpgateway.controller.delivery.ReplicasSnapshot;
import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Brokers refuse a document they cannot read as a whole: nobody's words may ever spoil one. */
class DocumentsTest {
  private static final String NAMESPACE = "team";
  private static final ObjectKey GATEWAY = new ObjectKey(NAMESPACE, "g");

  /** Everything the CRD lets into a path. */
  private static final String PATH = characters('!', '~').replace("#", "");

  private static final String TEXT =
      characters(' ', '~') + "\t\n\r\u0000\u0007\u0085\u00a0äß☃🛠\u2028\ufeff\ufffe";

  private static final List<String> HOSTS =
      List.of("mcp.example.com", "a_b.example.com", "example.123", "1.2.3.4", "ex--ample", "x.");

  @Test
  void whateverIsWrittenIntoSpecificationsTheDocumentCanBeReadAndSaysTheSame() {
    long seed = 20261122;
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      World world = world(random);
      GatewayConfig wanted =
          new Observer()
              .observe(world, SecretsSnapshot.EMPTY, ReplicasSnapshot.EMPTY, Instant.EPOCH)
              .instance(NAMESPACE)
              .orElseThrow()
              .wanted();
      assertThat(wanted.virtualServers()).isNotEmpty();
      assertThat(ConfigCodec.read(ConfigCodec.write(wanted)))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(wanted);
    }
  }

  private static World world(Random random) {
    Map<ObjectKey, RegistrationFacts> registrations = new HashMap<>();
    Map<ObjectKey, RouteFacts> routes = new HashMap<>();
    Map<ObjectKey, ServiceFacts> services = new HashMap<>();
    Map<ObjectKey, CredentialFacts> credentials = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      ObjectKey key = new ObjectKey(NAMESPACE, "s" + i);
      RouteFacts.Parent parent = new RouteFacts.Parent(GATEWAY, null);
      boolean hostname = random.nextBoolean();
      String host = HOSTS.get(random.nextInt(HOSTS.size()));
      routes.put(
          key,
          new RouteFacts(
              key,
              1,
              List.of(key.name() + ".example"),
              List.of(parent),
              List.of(parent),
              List.of(),
              List.of(),
              0,
              List.of(
                  new RouteFacts.Rule(
                      List.of(
                          new RouteFacts.Backend(
                              hostname ? "networking.istio.io" : "",
                              hostname ? "Hostname" : "Service",
                              hostname ? new ObjectKey(NAMESPACE, host) : key,
                              443))))));
      services.put(
          key,
          new ServiceFacts(
              key, random.nextBoolean() ? host : null, List.of(new ServiceFacts.Port(443, ""))));
      credentials.put(
          key, new CredentialFacts(key, Map.of("token", text(random, TEXT, random.nextInt(40)))));
      registrations.put(
          key,
          new RegistrationFacts(
              key,
              "uid",
              Instant.EPOCH,
              false,
              1,
              key,
              text(random, "a_.-", random.nextInt(3)),
              "/" + text(random, PATH, random.nextInt(3)),
              random.nextBoolean() ? new RegistrationFacts.Credential(key, "token") : null));
    }
    ObjectKey extension = new ObjectKey(NAMESPACE, "e");
    ObjectKey virtual = new ObjectKey(NAMESPACE, "v");
    return World.builder()
        .extensions(
            Map.of(
                extension, new ExtensionFacts(extension, "uid", Instant.EPOCH, false, GATEWAY, 1)))
        .gateways(
            Map.of(
                GATEWAY,
                new GatewayFacts(GATEWAY, "istio", List.of("mcp"), new RouteSources.Anywhere())))
        .registrations(registrations)
        .routes(routes)
        .services(services)
        .credentials(credentials)
        .virtualServers(
            Map.of(
                virtual,
                new VirtualServerFacts(
                    virtual, "u", false, 1, List.of(text(random, TEXT, 1 + random.nextInt(20))))))
        .build();
  }

  private static String text(Random random, String from, int length) {
    int[] points = from.codePoints().toArray();
    return IntStream.range(0, length)
        .mapToObj(i -> Character.toString(points[random.nextInt(points.length)]))
        .collect(Collectors.joining());
  }

  private static String characters(char first, char last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }
}
