package dev.mcpgateway.broker.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.config.Candidate.Document;
import dev.mcpgateway.broker.config.Candidate.Missing;
import dev.mcpgateway.broker.config.Candidate.Unreadable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final String KNOWN = ConfigCodec.hash("servers: []".getBytes(UTF_8));

  private final Path folder;

  ConfigFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void aFileThatIsStillBeingWrittenIsNotUsedYet() throws Exception {
    write("config.yaml", "servers: []");
    Candidate candidate = file(() -> write("config.yaml", "servers: []\nvirtual")).read("", 0);
    assertThat(candidate).isInstanceOf(Unreadable.class);
  }

  @Test
  void aDocumentIsNeverPairedWithTheVersionOfAnother() throws Exception {
    write("config.yaml", "servers: []");
    write("version", "1");
    Candidate candidate = file(() -> write("version", "2")).read("", 0);
    assertThat(candidate).isInstanceOf(Unreadable.class);
  }

  @Test
  void whatDoesNotChangeIsRead() throws Exception {
    write("config.yaml", "servers: []");
    write("version", "1");
    assertThat(file(() -> {}).read("", 0))
        .isInstanceOfSatisfying(
            Document.class,
            document -> {
              assertThat(document.bytes()).isEqualTo("servers: []".getBytes(UTF_8));
              assertThat(document.version()).isEqualTo("1");
              assertThat(document.toString()).doesNotContain("servers");
            });
  }

  @Test
  void theKnownDocumentIsReadOnlyOnce() throws Exception {
    write("config.yaml", "servers: []");
    write("version", "7\n");
    assertThat(file(() -> fail("waited for nothing")).read(KNOWN, 7)).isInstanceOf(Document.class);
  }

  @Test
  void theKnownDocumentBesideANewVersionMayBeHalfOfASwap() throws Exception {
    write("config.yaml", "servers: []");
    write("version", "8");
    Candidate candidate =
        file(() -> write("config.yaml", "servers: []\nvirtualServers: []")).read(KNOWN, 7);
    assertThat(candidate).isInstanceOf(Unreadable.class);
  }

  @Test
  void theKnownDocumentUnderANewVersionIsReadWhenItStays() throws Exception {
    write("config.yaml", "servers: []");
    write("version", "8");
    assertThat(file(() -> {}).read(KNOWN, 7))
        .isInstanceOfSatisfying(
            Document.class, document -> assertThat(document.version()).isEqualTo("8"));
  }

  @Test
  void noFileIsMissingAndAFolderIsUnreadable() throws Exception {
    assertThat(file(() -> {}).read("", 0)).isEqualTo(new Missing());
    Files.createDirectory(folder.resolve("config.yaml"));
    assertThat(file(() -> {}).read("", 0)).isInstanceOf(Unreadable.class);
  }

  private ConfigFile file(Runnable between) {
    return new ConfigFile(folder.resolve("config.yaml"), folder.resolve("version"), between::run);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
