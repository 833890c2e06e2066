package dev.mcpgateway.webhook.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Raw data as CSV, numbers as JSON, and a page to read. */
final class Report {
  private static final String PLAIN = "ConfigMap";
  private static final double QUIET_TARGET = 20;
  private static final double BUSY_TARGET = 150;

  private final Path folder;
  private final int extensions;
  private final int registrations;
  private final double loadBefore = load();
  private final List<Sample> all = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();

  /**
   * A phase in numbers.
   *
   * @param ratio of a reviewed create to one that nobody reviews, medians at the client
   */
  record Row(
      String phase,
      int callers,
      double writesPerSecond,
      double reviewsPerSecond,
      Map<String, Summary> reviews,
      Summary reviewedCreates,
      Summary plainCreates,
      double ratio,
      double targetMillis) {}

  Report(Path folder, int extensions, int registrations) {
    this.folder = folder;
    this.extensions = extensions;
    this.registrations = registrations;
  }

  int extensions() {
    return extensions;
  }

  void add(Phase phase, Phase.Result result, List<Sample> samples) {
    all.addAll(samples);
    double seconds = result.took().toMillis() / 1_000.0;
    Map<String, Summary> reviews = new LinkedHashMap<>();
    reviews.put("all", summary(samples, s -> s.side().equals(Sample.WEBHOOK)));
    Stream.of("MCPGatewayExtension", "MCPServerRegistration")
        .forEach(kind ->
            reviews.put(
                kind,
                summary(samples, s -> s.side().equals(Sample.WEBHOOK) && s.kind().equals(kind))));
    Summary reviewed =
        summary(samples, s -> s.side().equals(Sample.CLIENT) && !s.kind().equals(PLAIN));
    Summary plain = summary(samples, s -> s.side().equals(Sample.CLIENT) && s.kind().equals(PLAIN));
    rows.add(
        new Row(
            phase.name(),
            phase.callers(),
            result.written() / seconds,
            reviews.get("all").count() / seconds,
            reviews,
            reviewed,
            plain,
            reviewed.p50() / plain.p50(),
            phase.callers() > 1 ? 0 : phase.writes() > 0 ? BUSY_TARGET : QUIET_TARGET));
  }

  /** Writes the three files and returns the page. */
  String write() throws IOException {
    StringBuilder csv = new StringBuilder("phase,side,kind,micros\n");
    all.forEach(
        s -> csv.append("\"%s\",%s,%s,%d%n".formatted(s.phase(), s.side(), s.kind(), s.micros())));
    Files.writeString(folder.resolve("admission.csv"), csv);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(folder.resolve("admission.json").toFile(), rows);
    String page = page();
    Files.writeString(folder.resolve("admission.md"), page);
    return page;
  }

  private String page() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Admission: %d extensions, %d registrations

        %d processors shared by caller, etcd, API server and webhook; load average before %.1f. Milliseconds. Reviews are
        measured in the webhook, from the first byte to the answer; creates at the client, in turn with creates of a
        ConfigMap, which nobody reviews. Targets: p99 of all reviews with one caller, %.0f ms without and %.0f ms with
        concurrent writes of something else.

        | phase | writes/s | reviews/s | kind | reviews p50 | p90 | p99 | max | target |
        |---|---|---|---|---|---|---|---|---|
        """
            .formatted(
                extensions,
                registrations,
                Runtime.getRuntime().availableProcessors(),
                loadBefore,
                QUIET_TARGET,
                BUSY_TARGET));
    for (Row row : rows) {
      row.reviews().forEach((kind, s) -> page.append(line(row, kind, s)));
    }
    page.append(
        """

        | phase | reviewed create p50 | p99 | unreviewed create p50 | p99 | ratio of the medians |
        |---|---|---|---|---|---|
        """);
    for (Row row : rows) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %.1f | %.1f | %.1f | %.1f |%n",
              row.phase(),
              row.reviewedCreates().p50(),
              row.reviewedCreates().p99(),
              row.plainCreates().p50(),
              row.plainCreates().p99(),
              row.ratio()));
    }
    return page.toString();
  }

  private static String line(Row row, String kind, Summary s) {
    String verdict =
        row.targetMillis() == 0 || !kind.equals("all")
            ? ""
            : s.p99() <= row.targetMillis() ? "met" : "missed";
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %s (%d) | %.1f | %.1f | %.1f | %.1f | %s |%n",
        row.phase(),
        row.writesPerSecond(),
        row.reviewsPerSecond(),
        kind,
        s.count(),
        s.p50(),
        s.p90(),
        s.p99(),
        s.max(),
        verdict);
  }

  private static Summary summary(List<Sample> samples, Predicate<Sample> which) {
    return Summary.of(samples.stream().filter(which).toList());
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
