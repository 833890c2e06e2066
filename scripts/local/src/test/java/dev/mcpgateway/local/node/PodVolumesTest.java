package dev.mcpgateway.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodVolumesTest {
  @TempDir Path folder;
  private final FakeObjects objects = new FakeObjects();

  @Test
  void aMissingSecretIsNamedUntilItAppears() throws Exception {
    var volumes = volumes("{name: keys, secret: {secretName: keys}}");
    assertThatThrownBy(volumes::sync)
        .isInstanceOf(ConfigException.class)
        .hasMessage("secret \"keys\" not found");
    objects.putSecret("keys", "router-key", "abc");
    volumes.sync();
    assertThat(folder.resolve("keys/router-key")).hasContent("abc");
  }

  @Test
  void anOptionalSecretThatIsMissingIsAnEmptyFolder() throws Exception {
    var volumes = volumes("{name: config, secret: {secretName: config, optional: true}}");
    volumes.sync();
    assertThat(folder.resolve("config/..data")).isDirectory();
    objects.putSecret("config", "config.yaml", "x");
    volumes.sync();
    assertThat(folder.resolve("config/config.yaml")).hasContent("x");
  }

  @Test
  void aMissingSecretDoesNotKeepOtherVolumesFromBeingUpdated() throws Exception {
    objects.putConfigMap("c", "k", "1");
    var volumes = volumes("{name: s, secret: {secretName: s}}, {name: c, configMap: {name: c}}");
    assertThatThrownBy(volumes::sync).isInstanceOf(ConfigException.class);
    assertThat(folder.resolve("c/k")).hasContent("1");
  }

  @Test
  void itemsSelectAndRenameKeys() throws Exception {
    objects.putSecret("tls", "tls.key", "k");
    volumes("{name: t, secret: {secretName: tls, items: [{key: tls.key, path: a/b, mode: 256}]}}")
        .sync();
    assertThat(folder.resolve("t/a/b")).hasContent("k");
    assertThatThrownBy(
            volumes("{name: u, secret: {secretName: tls, items: [{key: no, path: x}]}}")::sync)
        .hasMessageContaining("no key \"no\"");
  }

  @Test
  void projectedSourcesShareAFolderAndTokensAreRenewedInTime() throws Exception {
    objects.putConfigMap("kube-root-ca.crt", "ca.crt", "ca");
    var volumes =
        volumes(
            "{name: id, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds:"
                + " 1000}}, {configMap: {name: kube-root-ca.crt}}, {downwardAPI: {items: [{path:"
                + " namespace, fieldRef: {fieldPath: metadata.namespace}}]}}]}}");
    volumes.sync();
    assertThat(folder.resolve("id/token")).hasContent("token-1");
    assertThat(folder.resolve("id/ca.crt")).hasContent("ca");
    assertThat(folder.resolve("id/namespace")).hasContent("team-a");
    objects.now = Instant.EPOCH.plusSeconds(799);
    volumes.sync();
    assertThat(folder.resolve("id/token")).hasContent("token-1");
    objects.now = Instant.EPOCH.plusSeconds(801);
    volumes.sync();
    assertThat(folder.resolve("id/token")).hasContent("token-2");
  }

  @Test
  void anEmptyFolderKeepsItsFiles() throws Exception {
    var volumes = volumes("{name: tmp, emptyDir: {}}");
    volumes.sync();
    Files.writeString(folder.resolve("tmp/x"), "kept");
    volumes.sync();
    assertThat(folder.resolve("tmp/x")).hasContent("kept");
  }

  @Test
  void aKindOfVolumeThatIsNotPlayedIsSaid() {
    assertThatThrownBy(volumes("{name: d, persistentVolumeClaim: {claimName: d}}")::sync)
        .hasMessageContaining("volume \"d\"");
  }

  private PodVolumes volumes(String yaml) {
    var pod =
        Serialization.unmarshal(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: team-a, uid: u}\nspec:"
                + " {containers: [{name: c}], volumes: ["
                + yaml
                + "]}",
            Pod.class);
    var place = new PodStatuses.Place("10.244.0.1", "10.244.0.2", Instant.EPOCH);
    InstantSource source = () -> objects.now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    return new PodVolumes(pod, folder, new FieldRefs(pod, place), objects, clock);
  }
}
