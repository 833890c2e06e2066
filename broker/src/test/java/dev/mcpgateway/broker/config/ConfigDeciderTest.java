package dev.mcpgateway.broker.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.ConfigVersions;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.config.Candidate.Document;
import dev.mcpgateway.broker.config.Candidate.Missing;
import dev.mcpgateway.broker.config.Candidate.Unreadable;
import dev.mcpgateway.broker.config.ConfigDecision.Apply;
import dev.mcpgateway.broker.config.ConfigDecision.Older;
import dev.mcpgateway.broker.config.ConfigDecision.Refuse;
import dev.mcpgateway.broker.config.ConfigDecision.Unchanged;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigDeciderTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final byte[] ONE = ConfigCodec.write(config("a/one"));
  private static final byte[] TWO = ConfigCodec.write(config("a/two"));
  private static final LoadedConfig RUNNING =
      new LoadedConfig(config("a/one"), 7, ConfigCodec.hash(ONE), NOW);

  @Test
  void theFirstDocumentIsApplied() {
    assertThat(decide(LoadedConfig.NONE, ONE, "7")).isEqualTo(new Apply(RUNNING));
  }

  @Test
  void aDocumentWithoutVersionIsAppliedWhenItsContentChanges() {
    LoadedConfig unnumbered = new LoadedConfig(config("a/one"), 0, ConfigCodec.hash(ONE), NOW);
    assertThat(decide(unnumbered, ONE, null)).isEqualTo(new Unchanged());
    assertThat(decide(unnumbered, TWO, null)).isInstanceOf(Apply.class);
  }

  @Test
  void aNewerVersionIsAppliedEvenWithTheSameContent() {
    assertThat(decide(RUNNING, ONE, "8")).isInstanceOf(Apply.class);
    assertThat(decide(RUNNING, TWO, "8\n")).isInstanceOf(Apply.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "6", "0"})
  void otherContentUnderAVersionThatIsNotNewerIsOlder(String version) {
    assertThat(decide(RUNNING, TWO, version))
        .isEqualTo(
            new Older("version %s is not newer than 7, which is in force".formatted(version)));
  }

  @Test
  void anOlderVersionOfTheSameContentIsNoNews() {
    assertThat(decide(RUNNING, ONE, "6")).isEqualTo(new Unchanged());
    assertThat(decide(RUNNING, ONE, "7")).isEqualTo(new Unchanged());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-3", "1.5", "99999999999999999999"})
  void aVersionThatIsNoNumberIsRefused(String version) {
    assertThat(decide(LoadedConfig.NONE, ONE, version)).isInstanceOf(Refuse.class);
  }

  @Test
  void aVersionFarAheadOfTheClockIsRefusedSoThatThereIsAlwaysANextOne() {
    long limit = NOW.plus(ConfigVersions.MAX_AHEAD).toEpochMilli();
    assertThat(decide(RUNNING, TWO, Long.toString(limit))).isInstanceOf(Apply.class);
    for (long beyond : List.of(limit + 1, 999_999_999_999_999_999L, Long.MAX_VALUE)) {
      assertThat(decide(RUNNING, TWO, Long.toString(beyond)))
          .isEqualTo(
              new Refuse(
                  "version %d is more than 366 days ahead of this broker's clock"
                      .formatted(beyond)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "servers:\n- name: a/b\n  cred", "servers: [", "\u0000", "[]"})
  void aBrokenDocumentIsRefusedWhateverItsVersion(String document) {
    assertThat(decide(RUNNING, document.getBytes(UTF_8), "8")).isInstanceOf(Refuse.class);
    assertThat(decide(LoadedConfig.NONE, document.getBytes(UTF_8), null))
        .isInstanceOf(Refuse.class);
  }

  @Test
  void anExplicitEmptyDocumentWithdrawsEverything() {
    assertThat(decide(RUNNING, ConfigCodec.write(GatewayConfig.EMPTY), "8"))
        .isInstanceOfSatisfying(
            Apply.class, apply -> assertThat(apply.next().config()).isEqualTo(GatewayConfig.EMPTY));
  }

  @Test
  void aMissingFileIsFineBeforeTheFirstDocumentAndRefusedAfterwards() {
    assertThat(ConfigDecider.decide(LoadedConfig.NONE, new Missing(), NOW))
        .isEqualTo(new Unchanged());
    assertThat(ConfigDecider.decide(RUNNING, new Missing(), NOW)).isInstanceOf(Refuse.class);
  }

  @Test
  void anUnreadableFileIsRefusedWithItsReason() {
    assertThat(ConfigDecider.decide(RUNNING, new Unreadable("why"), NOW))
        .isEqualTo(new Refuse("why"));
  }

  private static ConfigDecision decide(
      LoadedConfig current, byte[] document, @Nullable String version) {
    return ConfigDecider.decide(current, new Document(document, version), NOW);
  }

  private static GatewayConfig config(String server) {
    return new GatewayConfig(
        List.of(new ServerConfig(server, "http://x/mcp", "x", "", null, true)), List.of());
  }
}
