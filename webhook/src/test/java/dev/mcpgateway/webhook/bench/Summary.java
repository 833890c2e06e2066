package dev.mcpgateway.webhook.bench;

import java.util.Arrays;
import java.util.Collection;

/** Some samples in a few numbers; milliseconds. */
record Summary(int count, double p50, double p90, double p99, double max) {
  static Summary of(Collection<Sample> samples) {
    long[] micros = samples.stream().mapToLong(Sample::micros).sorted().toArray();
    return new Summary(
        micros.length, at(micros, 0.5), at(micros, 0.9), at(micros, 0.99), at(micros, 1));
  }

  /** Nearest rank. */
  private static double at(long[] sorted, double quantile) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(quantile * sorted.length);
    return Arrays.stream(sorted).skip(Math.max(0, rank - 1)).findFirst().orElseThrow() / 1_000.0;
  }
}
