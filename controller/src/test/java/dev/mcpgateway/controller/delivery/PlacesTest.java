package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.secrets.StoredKeys;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacesTest {
  @Test
  void podsWhereThereIsNoInstanceAreNoBrokersAndTakeNobodysPlace() {
    List<Replica> all = Stream.concat(replicas("a", 5_000), replicas("b", 2)).toList();
    Places places = Places.deal(all, Set.of("b", "c"));
    assertThat(places.taken()).containsOnlyKeys("b-0", "b-1");
    assertThat(places.left()).isEmpty();
  }

  @Test
  void manyBrokersOfOneNamespaceLeavePlacesForTheOthersAndAreNotForgotten() {
    List<Replica> all = Stream.concat(replicas("a", 5_000), replicas("b", 2)).toList();
    Places places = Places.deal(all, Set.of("a", "b"));
    assertThat(places.taken()).hasSize(66).containsKeys("a-0", "a-63", "b-0", "b-1");
    assertThat(places.left()).hasSize(5_000 - 64).allMatch(r -> r.namespace().equals("a"));
  }

  @Test
  void whereAllPlacesAreTakenEveryNamespaceHasItsTurnWhateverItsName() {
    List<String> greedy = IntStream.range(0, 100).mapToObj(i -> "a" + i).toList();
    List<Replica> all =
        Stream.concat(greedy.stream().flatMap(n -> replicas(n, 64)), replicas("z", 30)).toList();
    Set<String> instances = Set.copyOf(Stream.concat(greedy.stream(), Stream.of("z")).toList());
    Places places = Places.deal(all, instances);
    assertThat(places.taken()).hasSize(4_096).containsKeys("z-0", "z-29");
    assertThat(places.left()).hasSize(6_430 - 4_096);
  }

  @Test
  void brokersGetPlacesWhereEverythingOfAnInstanceIsThere() {
    SecretsSnapshot secrets = secrets(Set.of("all", "no-keys", "no-extension"), Set.of("all"));
    assertThat(Places.entitled(Set.of(), secrets, Set.of("all", "no-keys", "no-config")::contains))
        .containsExactly("all");
    assertThat(Places.entitled(Set.of(), secrets(Set.of(), Set.of("a")), n -> true)).isEmpty();
    assertThat(Places.entitled(Set.of(), secrets(Set.of("a"), Set.of("a")), n -> false)).isEmpty();
  }

  @Test
  void brokersKeepTheirPlacesAsLongAsThereIsSomethingToTellThemOrToTellOfThem() {
    Set<String> had = Set.of("a");
    assertThat(Places.entitled(had, secrets(Set.of("a"), Set.of()), n -> false)).isEqualTo(had);
    assertThat(Places.entitled(had, secrets(Set.of(), Set.of()), n -> true)).isEqualTo(had);
    assertThat(Places.entitled(had, secrets(Set.of(), Set.of("a")), n -> false)).isEmpty();
  }

  private static SecretsSnapshot secrets(Set<String> configs, Set<String> keys) {
    return new SecretsSnapshot(
        configs.stream().collect(toMap(n -> n, n -> StoredConfig.of(secret(n), Instant.EPOCH))),
        keys.stream().collect(toMap(n -> n, n -> StoredKeys.of(secret(n)))));
  }

  private static Secret secret(String namespace) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("any")
        .endMetadata()
        .build();
  }

  private static Stream<Replica> replicas(String namespace, int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new Replica(
                namespace,
                "pod" + i,
                namespace + "-" + i,
                "1",
                URI.create("http://127.0.0.1:1/push")));
  }
}
