package dev.mcpgateway.webhook.admission;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.rules.GatewayProblem;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
import dev.mcpgateway.controller.api.rules.RegistrationProblem;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.api.rules.VirtualServerProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that can be found is among what {@code KubectlIT} has kubectl print. */
class GoldenTextsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/kubectl");

  /** Findings by their class, and words that only they say. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("NamespaceTaken", "already has"),
          Map.entry("PredecessorTerminating", "terminating"),
          Map.entry("NotPermitted", "kind: ReferenceGrant"),
          Map.entry("GatewayMissing", "does not exist. Create it, or correct spec.targetRef"),
          Map.entry("GatewayTaken", "is already the target of"),
          Map.entry("NoUsableListener", "listener"),
          Map.entry("GatewayClassMissing", "GatewayClass absent"),
          Map.entry("GatewayClassNotAccepted", "GatewayClass unclaimed"),
          Map.entry("ForeignRouterPresent", "An EnvoyFilter in namespace"),
          Map.entry("ForeignRouter", "would lead its traffic through"),
          Map.entry("ReservedName", "is reserved for"),
          Map.entry("Duplicate", "is already registered by"),
          Map.entry("PrefixTaken", "is already used by another"),
          Map.entry("PrefixOverlaps", "begin alike"),
          Map.entry("PrefixUnchecked", "is checked only once"),
          Map.entry("RouteElsewhere", "can only use an HTTPRoute of its own namespace"),
          Map.entry("RouteMissing", "HTTPRoute team-a/absent not found"),
          Map.entry("NoAcceptedGateway", "no Gateway has accepted it"),
          Map.entry("NoValidExtension", "no valid mcpgatewayextensions"),
          Map.entry("RouteUnusable", "Give the HTTPRoute one hostname"),
          Map.entry("AddressInvalid", "which is no valid URL"),
          Map.entry("BackendMissing", "Service team-a/absent not found"),
          Map.entry("BackendNotPermitted", "may not refer to Service"),
          Map.entry("BackendUnsupported", "unsupported backend reference kind"),
          Map.entry("CredentialMissing", "not found with the label"),
          Map.entry("CredentialKeyMissing", "has no key"),
          Map.entry("CredentialTooLarge", "has more than 65536 characters"),
          Map.entry("CredentialUnusable", "Store the value of the Authorization header"),
          Map.entry("NotChecked", "The webhook could not read"),
          Map.entry("NoExtension", "has no MCPGatewayExtension"),
          Map.entry("NotServed", "does not hold its Gateway"),
          Map.entry("UnknownTool", "Did you mean"));

  @Test
  void everyFindingIsPrinted() throws IOException {
    String printed = printed();
    assertThat(WORDS).allSatisfy((finding, words) -> assertThat(printed).contains(words));
    assertThat(printed).contains("does not know this kind");
  }

  @Test
  void everyFindingIsListed() {
    assertThat(WORDS.keySet())
        .containsAll(
            Stream.of(
                    Violation.class,
                    GatewayProblem.class,
                    RegistrationConflict.class,
                    RegistrationProblem.class,
                    VirtualServerProblem.class)
                .flatMap(kind -> Stream.of(kind.getPermittedSubclasses()))
                .map(Class::getSimpleName)
                .collect(toSet()));
  }

  private static String printed() throws IOException {
    StringBuilder printed = new StringBuilder();
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        printed.append(Files.readString(file));
      }
    }
    return printed.toString();
  }
}
