package dev.mcpgateway.controller.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.observe.Outlook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scenario folders: {@code in-*.yaml} is a small cluster with its stored Secrets, {@code
 * expected.txt} what a pass over every instance plans and what the extensions' conditions say once
 * that has been done. Set {@code -Dscenarios.write=true} to write the expectation anew and review
 * it in the diff.
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
  void aPassPlansWhatTheScenarioExpects(Path scenario) throws IOException {
    String said = describe(Scenario.outlook(scenario));
    Path expected = scenario.resolve("expected.txt");
    if (Boolean.getBoolean("scenarios.write")) {
      Files.writeString(expected, said);
    }
    assertThat(said).isEqualTo(Files.readString(expected, UTF_8));
  }

  @Test
  void everyScenarioFileIsUsed() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      assertThat(files.filter(Files::isRegularFile).map(p -> p.getFileName().toString()))
          .allMatch(name -> name.equals("expected.txt") || name.matches("in-[a-z-]+\\.yaml"));
    }
    for (Path scenario : scenarios().toList()) {
      assertThat(Scenario.inputs(scenario)).as(scenario.toString()).isNotEmpty();
    }
  }

  private static String describe(Outlook outlook) {
    StringBuilder text = new StringBuilder();
    outlook.instances().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> describe(text, e.getValue()));
    outlook.registrations().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .forEach(e ->
            text.append("registration ")
                .append(e.getKey())
                .append(e.getValue().settling() ? " settling" : "")
                .append('\n'));
    outlook.routes().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .forEach(e ->
            text.append("route ")
                .append(e.getKey())
                .append(" in use through ")
                .append(
                    e.getValue().inUse().stream()
                        .map(p -> p.gateway().toString())
                        .sorted()
                        .toList())
                .append('\n'));
    return text.toString();
  }

  private static void describe(StringBuilder text, InstanceInputs inputs) {
    InstancePlan plan = InstancePlanner.plan(inputs, null);
    text.append("instance ").append(inputs.namespace()).append('\n');
    text.append("  keys: ")
        .append(
            switch (plan.keys()) {
              case KeysStep.Keep k -> "keep";
              case KeysStep.Ensure(var owner) -> "ensure, owned by " + owner.key();
            })
        .append('\n');
    text.append("  config: ");
    Storing storing =
        switch (plan.config()) {
          case ConfigStep.Keep k -> {
            text.append("keep\n");
            yield new Storing.Complete();
          }
          case ConfigStep.TooLarge(boolean inForce) -> {
            text.append("too large\n");
            yield new Storing.TooLarge(inForce);
          }
          case ConfigStep.Fallback f -> throw new AssertionError("nothing is known to restore");
          case ConfigStep.Remove r -> {
            text.append("remove\n");
            yield new Storing.Written();
          }
          case ConfigStep.Write(String document, long ahead) -> {
            text.append(ahead == 0 ? "write\n" : "write above version %d\n".formatted(ahead))
                .append(document.indent(4));
            yield new Storing.Written();
          }
        };
    for (InstanceInputs.Judged judged : inputs.extensions()) {
      text.append("  extension ").append(judged.extension().key()).append('\n');
      for (Wanted wanted : ExtensionConditions.wanted(judged, storing, inputs)) {
        text.append(
            "    %s=%s %s | %s%n"
                .formatted(
                    wanted.type(),
                    wanted.status() ? "True" : "False",
                    wanted.reason(),
                    wanted.message()));
      }
    }
  }
}
