package dev.mcpgateway.controller.api.rules;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The name somebody may have meant. Bounded in work, because a review computes it for whatever is
 * written and whatever is offered.
 */
final class NearestName {
  /** Edits at most; who is further off has not mistyped. */
  static final int MAX_EDITS = 16;

  /** Names compared at most; among more of them a suggestion is not worth its time. */
  static final int MAX_COMPARED = 2_000;

  private NearestName() {}

  /**
   * The offered name that takes the fewest edits, if those are at most half of what was written and
   * not more than {@value #MAX_EDITS}; the first in alphabetical order among several.
   */
  static Optional<String> to(String written, Set<String> offered) {
    int most = Math.min(written.length() / 2, MAX_EDITS);
    List<String> alike =
        offered.stream()
            .filter(o -> Math.abs(o.length() - written.length()) <= most)
            .sorted()
            .toList();
    if (alike.size() > MAX_COMPARED) {
      return Optional.empty();
    }
    Optional<String> nearest = Optional.empty();
    int limit = most;
    for (String name : alike) {
      int edits = edits(written, name, limit);
      if (edits <= limit) {
        nearest = Optional.of(name);
        limit = edits - 1;
      }
    }
    return nearest;
  }

  /**
   * Levenshtein distance, or {@code limit + 1} when it is larger: what is further from the diagonal
   * than the limit is not looked at, nor what follows a row without anything within it.
   */
  static int edits(String one, String other, int limit) {
    int far = limit + 1;
    int width = other.length();
    if (Math.abs(one.length() - width) > limit) {
      return far;
    }
    int[] above = new int[width + 1];
    Arrays.setAll(above, j -> Math.min(j, far));
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[width + 1];
      Arrays.fill(row, far);
      row[0] = Math.min(i, far);
      int least = row[0];
      for (int j = Math.max(1, i - limit); j <= Math.min(width, i + limit); j++) {
        int replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(far, Math.min(replaced, Math.min(above[j], row[j - 1]) + 1));
        least = Math.min(least, row[j]);
      }
      if (least >= far) {
        return far;
      }
      above = row;
    }
    return above[width];
  }
}
