package dev.mcpgateway.controller.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.conditions.RegistrationMessages;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import dev.mcpgateway.controller.api.rules.RegistrationConflictRules;
import dev.mcpgateway.controller.api.rules.RegistrationRules;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import dev.mcpgateway.controller.api.rules.Verdict;
import dev.mcpgateway.controller.api.rules.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scenario folders: {@code in.yaml} is a small cluster, {@code expected.txt} what the rules say of
 * every extension (stored, and as a newcomer) and of every registration. A folder without both
 * files fails; set {@code -Dscenarios.write=true} to write the expectation anew and review it in
 * the diff.
 */
class ScenarioTest {
  private static final Path FOLDER = Path.of("src/test/resources/scenarios");

  static Stream<Path> scenarios() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void theRulesSayWhatTheScenarioExpects(Path scenario) throws IOException {
    String said = describe(Scenarios.world(scenario.resolve("in.yaml")));
    Path expected = scenario.resolve("expected.txt");
    if (Boolean.getBoolean("scenarios.write")) {
      Files.writeString(expected, said);
    }
    assertThat(said).isEqualTo(Files.readString(expected, UTF_8));
  }

  @Test
  void everyScenarioFileIsUsed() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      assertThat(files.filter(Files::isRegularFile).map(p -> p.getFileName().toString()).distinct())
          .containsExactlyInAnyOrder("in.yaml", "expected.txt");
    }
  }

  private static String describe(World world) {
    StringBuilder text = new StringBuilder();
    sorted(world.extensions())
        .forEach(e -> {
          text.append("extension ").append(e.key()).append('\n');
          describe(text, "stored  ", ExtensionRules.judge(e, Standing.INCUMBENT, world));
          describe(text, "newcomer", ExtensionRules.judge(newcomer(e), Standing.NEWCOMER, world));
        });
    sorted(world.registrations())
        .forEach(r ->
            text.append("registration ")
                .append(r.key())
                .append("\n  ")
                .append(describe(r, world))
                .append('\n')
                .append(conflicts("stored", r, Standing.INCUMBENT, world))
                .append(conflicts("newcomer", r, Standing.NEWCOMER, world)));
    return text.toString();
  }

  private static void describe(StringBuilder text, String standing, Verdict verdict) {
    text.append("  ").append(standing);
    if (verdict.accepted()) {
      text.append(" accepted\n");
      return;
    }
    text.append('\n');
    verdict
        .violations()
        .forEach(v ->
            text.append("    ")
                .append(v.getClass().getSimpleName())
                .append(": ")
                .append(ExtensionMessages.readyReason(v))
                .append(" | ")
                .append(ExtensionMessages.readyMessage(v))
                .append(" | ")
                .append(ExtensionMessages.sentence(v))
                .append('\n'));
  }

  private static String conflicts(
      String as, RegistrationFacts registration, Standing standing, World world) {
    StringBuilder text = new StringBuilder();
    RegistrationConflictRules.judge(registration, standing, world)
        .forEach(c ->
            text.append("  as ")
                .append(as)
                .append(' ')
                .append(c.getClass().getSimpleName())
                .append(": ")
                .append(RegistrationMessages.sentence(c))
                .append('\n'));
    return text.toString();
  }

  private static String describe(RegistrationFacts registration, World world) {
    return switch (RegistrationRules.resolve(registration, world)) {
      case Resolution.Served s ->
          "served by %s at %s as %s%s"
              .formatted(
                  s.extensions(),
                  s.url(),
                  s.hostname(),
                  s.credential() == null ? "" : " with a credential");
      case Resolution.NotServed n ->
          n.problem().getClass().getSimpleName()
              + ": "
              + RegistrationMessages.sentence(n.problem());
    };
  }

  /** The same object as admission sees it before it is stored. */
  private static ExtensionFacts newcomer(ExtensionFacts stored) {
    return new ExtensionFacts(
        stored.key(), "", stored.created(), stored.deleting(), stored.gateway(), 1);
  }

  private static <T> List<T> sorted(Map<ObjectKey, T> objects) {
    return objects.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .map(Map.Entry::getValue)
        .toList();
  }
}
