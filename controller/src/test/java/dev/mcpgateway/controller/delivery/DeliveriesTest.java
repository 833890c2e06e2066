package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
  @Test
  void podsWhereNothingIsStoredAreNoBrokersAndTakeNobodysPlace() {
    List<Replica> all = Stream.concat(replicas("a", 5_000), replicas("b", 2)).toList();
    assertThat(Deliveries.wanted(all, Set.of("b", "c"))).containsOnlyKeys("b0", "b1");
  }

  @Test
  void manyBrokersOfOneNamespaceLeavePlacesForTheOthers() {
    List<Replica> all = Stream.concat(replicas("a", 5_000), replicas("b", 2)).toList();
    assertThat(Deliveries.wanted(all, Set.of("a", "b")))
        .hasSize(66)
        .containsKeys("a0", "a63", "b0", "b1");
  }

  @Test
  void thereAreNeverMoreThanConnectionsSuffice() {
    List<String> namespaces = IntStream.range(0, 100).mapToObj(i -> "n" + i).toList();
    List<Replica> all = namespaces.stream().flatMap(n -> replicas(n, 64)).toList();
    assertThat(Deliveries.wanted(all, Set.copyOf(namespaces))).hasSize(4_096);
  }

  private static Stream<Replica> replicas(String namespace, int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new Replica(
                namespace, "pod" + i, namespace + i, "1", URI.create("http://127.0.0.1:1/push")));
  }
}
