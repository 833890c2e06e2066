package dev.mcpgateway.broker.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveConfigTest {
  private final List<String> applied = new CopyOnWriteArrayList<>();
  private final Path folder;
  private LiveConfig live;

  LiveConfigTest(@TempDir Path folder) {
    this.folder = folder;
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
    await().untilAsserted(() -> assertThat(applied).containsExactly("a/one", "a/one,a/two"));
    assertThat(live.status().version()).isEqualTo(2);
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

    Files.createSymbolicLink(folder.resolve("config.yaml"), Path.of("..data", "config.yaml"));
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

  /** What the kubelet does: a new folder, then one rename of the link {@code ..data}. */
  private void swap(long version, byte[] document) throws IOException {
    Path data = Files.createDirectory(folder.resolve("..v" + version));
    Files.write(data.resolve("config.yaml"), document);
    Files.writeString(data.resolve("version"), Long.toString(version));
    Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), data.getFileName());
    Files.move(
        link,
        folder.resolve("..data"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
    for (String file : List.of("config.yaml", "version")) {
      if (!Files.exists(folder.resolve(file), NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(folder.resolve(file), Path.of("..data", file));
      }
    }
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
