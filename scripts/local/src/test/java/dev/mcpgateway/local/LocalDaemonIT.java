package dev.mcpgateway.local;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands a developer types, run from the jar, and that nothing keeps running however the
 * platform ends.
 */
class LocalDaemonIT {
  @TempDir Path folder;

  @BeforeAll
  static void tools() {
    ToolsOrSkip.check();
  }

  @AfterEach
  void down() throws Exception {
    command("down");
  }

  @Test
  void upTwiceIsUpOnceAndNothingSurvivesTheDeathOfThePlatform() throws Exception {
    assertThat(command("up")).contains("export KUBECONFIG=" + state().kubeconfig());
    var first = state().ownerProcess().orElseThrow();
    assertThat(command("up")).contains("kube-apiserver");
    assertThat(state().ownerProcess()).contains(first);
    assertThat(command("status"))
        .contains("istiod")
        .contains("10." + state().octet().getAsInt() + ".0.0/16");
    assertThat(state().kubeconfig()).content().contains("token:");

    ProcessHandle.of(first.pid()).ifPresent(ProcessHandle::destroyForcibly);
    await().atMost(ofSeconds(20)).until(() -> Marked.processes(state().root()).isEmpty());
    assertThat(command("status")).contains("not running");

    var run = Path.of(Files.readString(state().root().resolve("run-folder")));
    assertThat(command("down")).contains("down");
    assertThat(run).doesNotExist();
    assertThat(state().kubeconfig()).doesNotExist();
    assertThat(state().log().resolve("platform.log")).content().contains("Platform ready");
  }

  @Test
  void controlCEndsAPlatformInTheForeground() throws Exception {
    var platform = start("up", "--foreground");
    await().atMost(ofMinutes(2)).until(() -> state().octet().isPresent() || !platform.isAlive());
    assertThat(Marked.processes(state().root())).isNotEmpty();
    new ProcessBuilder("/bin/sh", "-c", "kill -INT " + platform.pid()).start().waitFor();
    assertThat(platform.waitFor(30, TimeUnit.SECONDS)).isTrue();
    await().atMost(ofSeconds(20)).until(() -> Marked.processes(state().root()).isEmpty());
  }

  private PlatformFolder state() {
    return new PlatformFolder(folder.resolve("state"));
  }

  private String command(String... words) throws Exception {
    var process = start(words);
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output());
  }

  private Path output() {
    return folder.resolve("output");
  }

  private Process start(String... words) throws IOException {
    // Whoever runs the tests in the background has SIGINT ignored, and a JVM that inherits that
    // never sees one.
    var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", Path.of("target", "mcp-local.jar").toString()));
    command.addAll(List.of(words));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile());
    builder.environment().put("MCP_LOCAL_DIR", state().root().toString());
    builder
        .environment()
        .put("MCP_LOCAL_IMAGES", Path.of("images.yaml").toAbsolutePath().toString());
    return builder.start();
  }
}
