package dev.mcpgateway.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextPartsTest {
  @Test
  void dollarParenthesesAreExpandedAsKubernetesDoes() {
    var values = Map.of("A", "1", "B", "$(A)");
    assertThat(Variables.expand("--a=$(A)/$(A)", values)).isEqualTo("--a=1/1");
    assertThat(Variables.expand("$(B)", values)).as("once, not again").isEqualTo("$(A)");
    assertThat(Variables.expand("$(UNKNOWN) $A ${A}", values)).isEqualTo("$(UNKNOWN) $A ${A}");
    assertThat(Variables.expand("$$(A)", values)).isEqualTo("$(A)");
  }

  @Test
  void placeholdersComeFromThePodBeforeThePlatform() throws Exception {
    var values = new Placeholders(Map.of("X", "pod"), Map.of("X", "platform", "HOME_", "/$1\\"));
    assertThat(values.expand("${X}:${HOME_}/bin")).isEqualTo("pod:/$1\\/bin");
  }

  @Test
  void aPlaceholderWithoutValueIsNamed() {
    var values = new Placeholders(Map.of(), Map.of());
    assertThatThrownBy(() -> values.expand("${NODE}/x"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("${NODE}");
  }

  @Test
  void mountPathsAreReplacedAtTheBoundariesOfPathElements() {
    var mounts =
        new MountPaths(Map.of("/config", Path.of("/host/c"), "/config/tls", Path.of("/host/t")));
    assertThat(mounts.rewrite("--file=/config/config.yaml"))
        .isEqualTo("--file=/host/c/config.yaml");
    assertThat(mounts.rewrite("/config")).isEqualTo("/host/c");
    assertThat(mounts.rewrite("/config/tls/tls.crt,/config/a"))
        .isEqualTo("/host/t/tls.crt,/host/c/a");
    assertThat(mounts.rewrite("a:/config:b")).isEqualTo("a:/host/c:b");
  }

  @Test
  void whatOnlyLooksLikeAMountPathStays() {
    var mounts = new MountPaths(Map.of("/config", Path.of("/host/c")));
    for (var text :
        new String[] {
          "/configuration", "/etc/config", "http://host/config", "/config.d", "/config-x"
        }) {
      assertThat(mounts.rewrite(text)).isEqualTo(text);
    }
    assertThat(new MountPaths(Map.of()).rewrite("/x")).isEqualTo("/x");
  }

  @Test
  void aReplacementIsNotReplacedAgain() {
    var mounts = new MountPaths(Map.of("/tmp", Path.of("/tmp/pod/tmp")));
    assertThat(mounts.rewrite("/tmp/x /tmp")).isEqualTo("/tmp/pod/tmp/x /tmp/pod/tmp");
  }
}
