package dev.mcpgateway.controller.api.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.RegistrationMessages;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is said of credentials that are not kept. */
class CredentialRulesTest {
  private static final ObjectKey SECRET = new ObjectKey("team-a", "credential");

  @Test
  void aValueThatIsTooLongIsNamed() {
    assertThat(said(new CredentialFacts(SECRET, Map.of("other", "x"), Set.of("token"), false)))
        .containsExactly(
            "credential secret team-a/credential: the value of token has more than 16384 characters. Store the value of the Authorization header as it is sent, for example Bearer and a token.");
  }

  @Test
  void aSecretThatIsTooLargeIsNamedWhateverItsKeys() {
    assertThat(said(CredentialFacts.tooLarge(SECRET)))
        .containsExactly(
            "credential secret team-a/credential has more than 65536 characters. Name a Secret with nothing but credentials in spec.credentialRef.name.");
  }

  @Test
  void anotherKeyIsNotTooLong() {
    assertThat(said(new CredentialFacts(SECRET, Map.of(), Set.of("other"), false)))
        .containsExactly(
            "credential secret team-a/credential has no key token. Add the key, or correct spec.credentialRef.key.");
  }

  private static List<String> said(CredentialFacts credential) {
    ObjectKey key = new ObjectKey("team-a", "weather");
    RegistrationFacts registration =
        new RegistrationFacts(
            key,
            "u",
            Instant.EPOCH,
            false,
            1,
            new ObjectKey("team-a", "none"),
            "w_",
            "/mcp",
            new RegistrationFacts.Credential(SECRET, "token"));
    World world = World.builder().credentials(Map.of(SECRET, credential)).build();
    return RegistrationRules.problems(registration, world).stream()
        .filter(p -> !(p instanceof RegistrationProblem.RouteMissing))
        .map(p -> RegistrationMessages.sentence(p).toString())
        .toList();
  }
}
