package dev.mcpgateway.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.local.node.AtomicFolder.Content;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir Path folder;

  @Test
  void filesAreLinksThroughDataIntoAFolderOfTheirOwn() throws Exception {
    write(Map.of("config.yaml", "one", "sub/a", "two"));
    assertThat(Files.readSymbolicLink(folder.resolve("config.yaml")))
        .hasToString("..data/config.yaml");
    assertThat(Files.isSymbolicLink(folder.resolve("..data"))).isTrue();
    assertThat(folder.resolve("sub/a")).hasContent("two");
  }

  @Test
  void anUpdateSwapsDataAndRemovesWhatIsGone() throws Exception {
    var volume = new AtomicFolder(folder);
    volume.write(content(Map.of("a", "1", "b", "1")));
    var before = folder.resolve("..data").toRealPath();
    assertThat(volume.write(content(Map.of("a", "2")))).isTrue();
    assertThat(folder.resolve("a")).hasContent("2");
    assertThat(folder.resolve("b").toFile().exists()).isFalse();
    assertThat(Files.exists(folder.resolve("b"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(before).doesNotExist();
  }

  @Test
  void nothingIsTouchedWhenNothingChanged() throws Exception {
    var volume = new AtomicFolder(folder);
    volume.write(content(Map.of("a", "1")));
    var before = folder.resolve("..data").toRealPath();
    assertThat(volume.write(content(Map.of("a", "1")))).isFalse();
    assertThat(folder.resolve("..data").toRealPath()).isEqualTo(before);
  }

  @Test
  void modesAreThoseOfTheVolume() throws Exception {
    new AtomicFolder(folder)
        .write(Map.of("key", new Content("x".getBytes(StandardCharsets.UTF_8), 0400)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
        .isEqualTo("r--------");
  }

  @Test
  void aReaderNeverSeesTwoFilesOfDifferentVersions() throws Exception {
    var volume = new AtomicFolder(folder);
    volume.write(content(Map.of("a", "0", "b", "0")));
    var stop = new AtomicBoolean();
    var mixed = new AtomicBoolean();
    var reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!stop.get()) {
                mixed.compareAndSet(false, isMixed());
              }
            });
    for (int i = 1; i <= 200; i++) {
      volume.write(content(Map.of("a", "" + i, "b", "" + i)));
    }
    stop.set(true);
    reader.join();
    assertThat(mixed).isFalse();
  }

  /** Reads both files in one resolved folder, as a careful program does. */
  private boolean isMixed() {
    try {
      var version = folder.resolve("..data").toRealPath();
      return !Files.readString(version.resolve("a")).equals(Files.readString(version.resolve("b")));
    } catch (java.io.IOException e) {
      // The version was replaced while it was read; a program would read again.
      return false;
    }
  }

  private void write(Map<String, String> files) throws Exception {
    new AtomicFolder(folder).write(content(files));
  }

  private static Map<String, Content> content(Map<String, String> files) {
    var all = new HashMap<String, Content>();
    files.forEach((k, v) -> all.put(k, new Content(v.getBytes(StandardCharsets.UTF_8), 0644)));
    return all;
  }
}
