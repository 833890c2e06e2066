package dev.mcpgateway.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMainTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void wrongUseIsExitCode2WithTheUsage() throws Exception {
    for (var args :
        List.of(List.<String>of(), List.of("fly"), List.of("url"), List.of("up", "--wings"))) {
      assertThat(run(args)).as("%s", args).isEqualTo(2);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: local.sh up");
    }
  }

  @Test
  void withoutAPlatformStatusAndUrlSaySoAndDownIsContent() throws Exception {
    assertThat(run(List.of("status"))).isEqualTo(3);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("not running");
    assertThat(run(List.of("url", "a/b"))).isEqualTo(3);
    assertThat(run(List.of("down"))).isZero();
  }

  @Test
  void missingToolsAreNamedWithTheRemedy() {
    assertThat(Tools.missing(Map.of("ETCD", "/no/such", "JAVA_HOME", folder.toString())))
        .contains("ETCD", "ENVOY", "GATEWAY_API_CRDS")
        .doesNotContain("JAVA_HOME");
  }

  @Test
  void optionsComeFromTheEnvironment() {
    var options =
        Options.from(Map.of("MCP_LOCAL_OCTET", "250", "MCP_LOCAL_IMAGES", "/a.yaml:/b.yaml"));
    assertThat(options.octet()).isEqualTo(OptionalInt.of(250));
    assertThat(options.withImages(Path.of("/c.yaml")).images())
        .containsExactly(Path.of("/a.yaml"), Path.of("/b.yaml"), Path.of("/c.yaml"));
    assertThat(options.with("TOKEN", "hush").toString()).doesNotContain("hush");
  }

  private int run(List<String> args) throws Exception {
    var main =
        new LocalMain(
            new PlatformFolder(folder.resolve("state")),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return main.run(args);
  }
}
