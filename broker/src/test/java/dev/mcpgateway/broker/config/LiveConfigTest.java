package dev.mcpgateway.broker.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.config.ConfigDecision.Apply;
import dev.mcpgateway.broker.config.ConfigDecision.Older;
import dev.mcpgateway.broker.config.ConfigDecision.Refuse;
import dev.mcpgateway.broker.config.ConfigDecision.Unchanged;
import dev.mcpgateway.broker.fake.MountedSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveConfigTest {
  private final List<String> applied = new CopyOnWriteArrayList<>();
  private final Path folder;
  private final MountedSecret mounted;
  private LiveConfig live;

  LiveConfigTest(@TempDir Path folder) {
    this.folder = folder;
    this.mounted = new MountedSecret(folder);
    this.live =
        new LiveConfig(
            folder.resolve("config.yaml"),
            folder.resolve("version"),
            Clock.systemUTC(),
            loaded -> applied.add(names(loaded)));
  }

  @AfterEach
  void stop() {
    live.close();
  }

  @Test
  void aBrokerWithoutAFileIsUsableAndServesNothing() throws Exception {
    assertThat(live.usable()).isFalse();
    live.start();
    assertThat(live.usable()).isTrue();
    assertThat(live.current()).isEqualTo(LoadedConfig.NONE);
    assertThat(live.status().error()).isNull();
    assertThat(applied).isEmpty();
  }

  @Test
  void aFileThatIsThereAtTheStartIsAppliedBeforeStartReturns() throws Exception {
    swap(1, document("a/one"));
    live.start();
    assertThat(applied).containsExactly("a/one");
    assertThat(live.status().version()).isEqualTo(1);
    assertThat(live.status().hash()).isEqualTo(ConfigCodec.hash(document("a/one")));
  }

  @Test
  void theKubeletsSwapOfTheLinkIsAppliedAtOnce() throws Exception {
    swap(1, document("a/one"));
    live.start();
    swap(2, document("a/one", "a/two"));
    await().untilAsserted(() -> assertThat(live.status().version()).isEqualTo(2));
    assertThat(applied).containsExactly("a/one", "a/one,a/two");
    assertThat(live.loads()).isEqualTo(2);
  }

  @Test
  void aFileThatAppearsLaterIsApplied() throws Exception {
    live.start();
    swap(1, document("a/one"));
    await().untilAsserted(() -> assertThat(applied).containsExactly("a/one"));
  }

  @Test
  void theLastGoodConfigurationSurvivesABrokenAndAMissingFile() throws Exception {
    swap(1, document("a/one"));
    live.start();
    swap(2, "servers:\n- name: \"a/tw".getBytes(UTF_8));
    await().untilAsserted(() -> assertThat(live.status().error()).contains("not a YAML document"));
    assertThat(live.status().version()).isEqualTo(1);
    assertThat(live.usable()).isTrue();

    Files.delete(folder.resolve("config.yaml"));
    await().untilAsserted(() -> assertThat(live.status().error()).contains("gone"));
    assertThat(names(live.current())).isEqualTo("a/one");

    swap(3, document("a/two"));
    await().untilAsserted(() -> assertThat(names(live.current())).isEqualTo("a/two"));
    assertThat(live.status().error()).isNull();
    assertThat(applied).containsExactly("a/one", "a/two");
    assertThat(live.refusals()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aFileThatWasNeverUsableKeepsTheBrokerOutOfService() throws Exception {
    swap(1, new byte[] {'['});
    live.start();
    assertThat(live.usable()).isFalse();
    swap(2, document("a/one"));
    await().untilAsserted(() -> assertThat(live.usable()).isTrue());
  }

  @Test
  void aPushedConfigurationIsInForceWhileTheFileIsBehind() throws Exception {
    swap(1, document("a/one"));
    live.start();
    assertThat(live.offer(document("a/two"), 2)).isInstanceOf(Apply.class);
    assertThat(live.status().version()).isEqualTo(2);
    assertThat(live.status().source()).isEqualTo("push");
    // Two reads of the older file: neither applied nor a reason to complain.
    awaitTwoReads();
    assertThat(live.status().version()).isEqualTo(2);
    assertThat(live.status().error()).isNull();
    swap(2, document("a/two"));
    await().untilAsserted(() -> assertThat(live.status().source()).isEqualTo("file"));
    swap(3, document("a/three"));
    await().untilAsserted(() -> assertThat(live.status().version()).isEqualTo(3));
    assertThat(applied).containsExactly("a/one", "a/two", "a/three");
  }

  @Test
  void aPushIsInForceWithoutAnyFile() throws Exception {
    live.start();
    assertThat(live.offer(document("a/one"), 1)).isInstanceOf(Apply.class);
    awaitTwoReads();
    assertThat(live.status().error()).isNull();
    assertThat(applied).containsExactly("a/one");
  }

  @Test
  void onlyALargerVersionIsAppliedFromAPush() throws Exception {
    swap(5, document("a/one"));
    live.start();
    assertThat(live.offer(document("a/two"), 4)).isInstanceOf(Older.class);
    assertThat(live.offer(document("a/two"), 5)).isInstanceOf(Older.class);
    assertThat(live.offer(document("a/one"), 5)).isEqualTo(new Unchanged());
    assertThat(live.offer(document("a/two"), 0)).isInstanceOf(Refuse.class);
    assertThat(live.offer(document("a/two"), 6)).isInstanceOf(Apply.class);
    assertThat(applied).containsExactly("a/one", "a/two");
  }

  @Test
  void aRefusedPushIsReportedUntilOneIsApplied() throws Exception {
    swap(1, document("a/one"));
    live.start();
    assertThat(live.offer(new byte[] {'['}, 2)).isInstanceOf(Refuse.class);
    awaitTwoReads();
    assertThat(live.status().error()).contains("not a YAML document");
    assertThat(live.usable()).isTrue();
    assertThat(live.offer(document("a/two"), 3)).isInstanceOf(Apply.class);
    assertThat(live.status().error()).isNull();
  }

  @Test
  void everyChangeOfTheStatusIsTold() throws Exception {
    AtomicInteger told = new AtomicInteger();
    live.start();
    live.onStatusChange(told::incrementAndGet);
    live.offer(document("a/one"), 1);
    assertThat(told).hasValue(1);
    live.offer(document("a/one"), 1);
    assertThat(told).hasValue(1);
    live.offer(new byte[] {'['}, 2);
    assertThat(told).hasValue(2);
  }

  @Test
  void aListenerThatFailsDoesNotEndTheWatch() throws Exception {
    live =
        new LiveConfig(
            folder.resolve("config.yaml"),
            folder.resolve("version"),
            Clock.systemUTC(),
            loaded -> {
              applied.add(names(loaded));
              throw new IllegalStateException("a fault of the listener");
            });
    swap(1, document("a/one"));
    live.start();
    swap(2, document("a/two"));
    await().untilAsserted(() -> assertThat(applied).containsExactly("a/one", "a/two"));
  }

  private void awaitTwoReads() {
    long before = live.reads();
    await().until(() -> live.reads() >= before + 2);
  }

  private void swap(long version, byte[] document) throws IOException {
    mounted.swap(
        Map.of("config.yaml", document, "version", Long.toString(version).getBytes(UTF_8)));
  }

  private static byte[] document(String... servers) {
    return ConfigCodec.write(
        new GatewayConfig(
            Arrays.stream(servers)
                .map(name -> new ServerConfig(name, "http://x/mcp", "x", "", null, true))
                .toList(),
            List.of()));
  }

  private static String names(LoadedConfig loaded) {
    return String.join(",", loaded.config().servers().stream().map(ServerConfig::name).toList());
  }
}
