package dev.mcpgateway.broker.route;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Changes to a message's headers: removals first, then sets, each of which replaces every value the
 * header had.
 *
 * @param remove names, lower case
 * @param set values by name, safe to send
 */
public record HeaderChanges(SequencedSet<String> remove, SequencedMap<String, String> set) {
  /** Nothing changes. */
  public static final HeaderChanges NONE = builder().build();

  static Builder builder() {
    return new Builder();
  }

  /** Names only: values carry credentials. */
  @Override
  public String toString() {
    return "HeaderChanges[remove=%s, set=%s]".formatted(remove, set.keySet());
  }

  static final class Builder {
    private final SequencedSet<String> remove = new LinkedHashSet<>();
    private final SequencedMap<String, String> set = new LinkedHashMap<>();

    Builder remove(String name) {
      set.remove(name);
      remove.add(name);
      return this;
    }

    /**
     * @throws IllegalArgumentException when the value must not be sent
     */
    Builder set(String name, String value) {
      if (!HeaderText.isSafe(value)) {
        throw new IllegalArgumentException("the value of " + name + " has control characters");
      }
      remove.remove(name);
      set.put(name, value);
      return this;
    }

    Builder addAll(HeaderChanges other) {
      other.remove.forEach(this::remove);
      for (Map.Entry<String, String> entry : other.set.entrySet()) {
        set(entry.getKey(), entry.getValue());
      }
      return this;
    }

    HeaderChanges build() {
      return new HeaderChanges(remove, set);
    }
  }
}
