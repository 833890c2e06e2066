package dev.mcpgateway.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTableTest {
  @TempDir Path folder;

  @Test
  void anImageIsFoundWithoutItsTagOrDigest() throws Exception {
    var table =
        ImageTable.load(List.of(file("a", "images: [{name: \"reg:5000/a/b\", command: [x]}]")));
    for (var reference :
        List.of(
            "reg:5000/a/b",
            "reg:5000/a/b:1.2",
            "reg:5000/a/b@sha256:00",
            "reg:5000/a/b:1@sha256:0")) {
      assertThat(table.find(reference)).as(reference).isPresent();
    }
    assertThat(table.find("a/b")).isEmpty();
  }

  @Test
  void aLaterFileReplacesAnImageOfAnEarlierOne() throws Exception {
    var table =
        ImageTable.load(
            List.of(
                file("a", "images: [{name: x, command: [one], env: {A: b}}, {name: y}]"),
                file("b", "images: [{name: x, command: [two]}]")));
    assertThat(table.find("x").orElseThrow().command()).containsExactly("two");
    assertThat(table.find("x").orElseThrow().env()).isEmpty();
    assertThat(table.names()).containsExactly("x", "y");
  }

  @Test
  void theShippedTableIsReadable() throws Exception {
    assertThat(ImageTable.load(List.of(Path.of("images.yaml"))).names())
        .contains("local/envoy", "local/host", "ghcr.io/mcp-gateway-java/mcp-gateway");
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }
}
