package dev.mcpgateway.controller.api.rules;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Facts by what they are looked up by, made when first asked for: few worlds are asked for all. */
final class Index<K, F> {
  private final Collection<F> all;
  private final Function<F, Stream<K>> keys;
  // Whoever asks at the same time makes the same once more.
  private volatile @Nullable Map<K, List<F>> lists;

  private Index(Collection<F> all, Function<F, Stream<K>> keys) {
    this.all = all;
    this.keys = keys;
  }

  static <K, F> Index<K, F> empty() {
    return new Index<>(List.of(), f -> Stream.empty());
  }

  /** Each fact is found under each of its keys. */
  static <K, F> Index<K, F> by(Map<?, F> facts, Function<F, Stream<K>> keys) {
    return new Index<>(facts.values(), keys);
  }

  Stream<F> of(K key) {
    Map<K, List<F>> present = lists;
    if (present == null) {
      present = make();
      lists = present;
    }
    return present.getOrDefault(key, List.of()).stream();
  }

  private Map<K, List<F>> make() {
    return all.stream()
        .flatMap(f -> keys.apply(f).map(k -> Map.entry(k, f)))
        .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }
}
