package dev.mcpgateway.controller.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.secrets.StoredConfig;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LastStoredTest {
  private static final String ONE = "one";
  private static final String TWO = "two";

  private final LastStored last = new LastStored();
  private final InstanceInputs some;

  LastStoredTest() throws IOException {
    some =
        Scenario.outlook(Path.of("src/test/resources/scenarios/nothing-to-do"))
            .instances()
            .values()
            .iterator()
            .next();
  }

  @Test
  void whatIsMissingOrChangedThoughNothingElseWasWantedIsTold() {
    kept(ONE, 1);
    assertThat(written(ONE, null)).containsExactly("ConfigRestored");
    assertThat(written(ONE, stored("by hand", 9))).containsExactly("ConfigRestored");
    kept(ONE, 9);
    assertThat(written(ONE, stored(ONE, 8))).containsExactly("ConfigRestored");
    assertThat(written(TWO, stored(ONE, 10))).isEmpty();
  }

  @Test
  void aControllerThatBeginsTellsNothing() {
    assertThat(written(ONE, stored("whatever", 1))).isEmpty();
    assertThat(new LastStored().good(some)).isNull();
  }

  @Test
  void whatWasWantedAMomentAgoIsNobodyElsesWork() {
    kept(ONE, 1);
    assertThat(written(TWO, stored(ONE, 1))).isEmpty();
    // The view is late: it shows the first one, and that is wanted again.
    kept(ONE, 1);
    assertThat(written(ONE, stored(TWO, 2))).isEmpty();
  }

  @Test
  void whatCouldNotBeStoredWasNotRestored() {
    kept(ONE, 1);
    assertThat(
            last.after(
                new InstancePlan(new KeysStep.Keep(), new ConfigStep.Write(ONE, 0)),
                inputs(null),
                new Storing.Refused("no")))
        .isEmpty();
  }

  @Test
  void theLastGoodDocumentIsTheOneThatWasWantedAndNotWhateverIsThere() {
    after(new ConfigStep.TooLarge(true), stored(ONE, 1));
    LastGood good = requireNonNull(last.good(some));
    assertThat(good.document()).isEqualTo(ONE);
    assertThat(good.isFor(some.holder())).isTrue();
    assertThat(good.toString()).doesNotContain(ONE);
    assertThat(after(new ConfigStep.Fallback(ONE, true, 0), stored("by hand", 1)))
        .containsExactly("ConfigRestored");
    last.forget(some.namespace());
    assertThat(last.good(some)).isNull();
  }

  private void kept(String document, long version) {
    assertThat(after(new ConfigStep.Keep(), stored(document, version))).isEmpty();
  }

  private List<String> written(String document, @Nullable StoredConfig before) {
    return after(new ConfigStep.Write(document, 0), before);
  }

  private List<String> after(ConfigStep step, @Nullable StoredConfig before) {
    return last
        .after(new InstancePlan(new KeysStep.Keep(), step), inputs(before), new Storing.Written())
        .stream()
        .map(Restored::reason)
        .toList();
  }

  private InstanceInputs inputs(@Nullable StoredConfig stored) {
    return new InstanceInputs(
        some.namespace(),
        some.extensions(),
        some.holder(),
        some.wanted(),
        some.tooLarge(),
        stored,
        some.storedKeys(),
        some.rollout(),
        some.brokers(),
        some.ahead(),
        some.toolsServed());
  }

  private StoredConfig stored(String document, long version) {
    return StoredConfig.of(
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(some.namespace())
            .withName("mcp-gateway-config")
            .withLabels(StoredConfig.LABELS)
            .endMetadata()
            .withData(
                Map.of("config.yaml", base64(document), "version", base64(Long.toString(version))))
            .build(),
        Instant.parse("2026-01-01T00:00:00Z"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
