package dev.mcpgateway.local.process;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
  @TempDir Path folder;
  private ProcessTable table;

  @BeforeEach
  void open() {
    table = new ProcessTable(folder, folder.resolve("processes"));
  }

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void aProcessHasOnlyTheEnvironmentItIsGivenAndWritesToItsLog() throws Exception {
    var child = start("env");
    assertThat(child.waitFor()).isZero();
    assertThat(folder.resolve("log"))
        .content()
        .contains("PATH=/usr/bin:/bin\n")
        .contains(ProcessTable.MARKER + "=" + folder)
        .doesNotContain("HOME=");
  }

  @Test
  void aProcessThatWasKilledTellsTheSignal() throws Exception {
    var child = start("sleep 60");
    child.kill();
    assertThat(child.waitFor()).isEqualTo(137);
  }

  @Test
  void runningProcessesAreWrittenDownAndForgottenWhenTheyEnd() throws Exception {
    var child = start("sleep 60");
    assertThat(ProcessRecord.read(folder.resolve("processes")))
        .singleElement()
        .satisfies(r -> {
          assertThat(r.pid()).isEqualTo(child.pid());
          assertThat(r.name()).isEqualTo("test");
          assertThat(r.alive()).isTrue();
        });
    child.terminate();
    await().atMost(ofSeconds(10)).until(() -> Files.size(folder.resolve("processes")) == 0);
  }

  @Test
  void whatAProcessStartedEndsWithIt() throws Exception {
    var child = start("sleep 61 & echo $! > child; wait");
    var grandchild = pid("child");
    child.terminate();
    await().atMost(ofSeconds(10)).until(() -> !grandchild.isAlive());
  }

  @Test
  void closingEndsEverythingAlsoAProcessThatLeftItsGroup() throws Exception {
    var child = start("setsid sleep 62 & echo $! > child; wait");
    var left = pid("child");
    await().atMost(ofSeconds(10)).until(() -> left.info().command().orElse("").endsWith("sleep"));
    table.close();
    await().atMost(ofSeconds(10)).until(() -> !child.alive() && !left.isAlive());
    assertThatThrownBy(() -> start("true")).isInstanceOf(IOException.class);
  }

  @Test
  void theReaperEndsWhatIsWrittenDown() throws Exception {
    var child = start("sleep 63 & wait");
    Reaper.reap(folder, folder.resolve("processes"));
    await().atMost(ofSeconds(10)).until(() -> !child.alive());
  }

  @Test
  void aNumberThatBelongsToSomebodyElseByNowIsLeftAlone() throws Exception {
    var other = new ProcessBuilder("sleep", "64").start();
    try {
      Files.writeString(folder.resolve("processes"), other.pid() + " 12345 etcd\n");
      Reaper.reap(folder, folder.resolve("processes"));
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aProgramThatDoesNotExistIsSaid() {
    assertThatThrownBy(() ->
            table.start(
                new Launch("x", List.of("/no/such"), Map.of(), folder, folder.resolve("log"))))
        .hasMessageContaining("/no/such");
  }

  private ChildProcess start(String script) throws IOException {
    return table.start(
        new Launch(
            "test",
            List.of("/bin/sh", "-c", script),
            Map.of("PATH", "/usr/bin:/bin"),
            folder,
            folder.resolve("log")));
  }

  private ProcessHandle pid(String file) {
    var path = folder.resolve(file);
    await().atMost(ofSeconds(10)).until(() -> Files.exists(path) && Files.size(path) > 1);
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(path).strip())).orElseThrow();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
