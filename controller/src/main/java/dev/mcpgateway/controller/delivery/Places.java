package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.mcpgateway.controller.secrets.SecretsSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which brokers are looked after where there are more than that can be done for. Pure.
 *
 * @param taken by uid
 * @param left those without a place, of instances only
 */
record Places(Map<String, Replica> taken, List<Replica> left) {
  /** Brokers that are looked after; each costs a connection. */
  static final int ALL = 4_096;

  /**
   * Brokers of one namespace that are looked after: more than any instance needs, and few enough
   * that a tenant who calls many pods brokers takes the connections of nobody else.
   */
  static final int PER_NAMESPACE = 64;

  /** What is said of a broker without a place. */
  static final String NONE_LEFT =
      "there are more brokers than configurations are pushed to (%d of a namespace, %d in all); this one has its file only"
          .formatted(PER_NAMESPACE, ALL);

  Places {
    taken = Map.copyOf(taken);
    left = List.copyOf(left);
  }

  /**
   * Namespaces whose brokers may have a place: those where everything an instance consists of is
   * there. A label alone makes no instance. One that had places keeps them, whatever becomes of its
   * parts, while it has a configuration or an extension: with the one it has to be told what is
   * withdrawn, with the other the configuration will be put back in a moment, and its brokers run
   * on meanwhile.
   *
   * @param had namespaces that have places now
   * @param extended whether a namespace has an extension
   */
  static Set<String> entitled(
      Set<String> had, SecretsSnapshot secrets, Predicate<String> extended) {
    Set<String> entitled = new HashSet<>();
    had.stream()
        .filter(n -> secrets.configs().containsKey(n) || extended.test(n))
        .forEach(entitled::add);
    secrets.keys().keySet().stream()
        .filter(n -> secrets.configs().containsKey(n) && extended.test(n))
        .forEach(entitled::add);
    return entitled;
  }

  /**
   * Deals the places, one to each namespace in turn, so that no name comes first.
   *
   * @param all in the order of their names
   * @param instances namespaces whose brokers may have one; elsewhere pods only call themselves so
   */
  static Places deal(Collection<Replica> all, Set<String> instances) {
    Map<String, List<Replica>> byNamespace =
        all.stream()
            .filter(replica -> instances.contains(replica.namespace()))
            .collect(groupingBy(Replica::namespace, TreeMap::new, toList()));
    Map<String, Replica> taken = new HashMap<>();
    List<Replica> left = new ArrayList<>();
    int most = byNamespace.values().stream().mapToInt(List::size).max().orElse(0);
    for (int turn = 0; turn < most; turn++) {
      for (List<Replica> brokers : byNamespace.values()) {
        if (turn < brokers.size()) {
          Replica broker = brokers.get(turn);
          if (turn < PER_NAMESPACE && taken.size() < ALL) {
            taken.put(broker.uid(), broker);
          } else {
            left.add(broker);
          }
        }
      }
    }
    return new Places(taken, left);
  }
}
