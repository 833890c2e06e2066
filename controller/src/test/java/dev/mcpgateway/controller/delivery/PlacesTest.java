package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
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
