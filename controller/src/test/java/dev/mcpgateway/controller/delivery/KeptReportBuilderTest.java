package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.controller.delivery.KeptReportBuilder.Kept;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptReportBuilderTest {
  private static final int ENOUGH = 1_000_000;

  @Test
  void whatFitsAndIsConfiguredIsKeptAsItIs() {
    BrokerReport report = report(2, 3);
    Kept kept = KeptReportBuilder.keep(report, names(2), ENOUGH);
    assertThat(kept.report()).isEqualTo(report);
    assertThat(kept.strangers()).isFalse();
    assertThat(kept.bytes()).isBetween(100, 2_000);
  }

  @Test
  void serversThatAreNotConfiguredAreNotKeptHoweverManyThereAre() {
    BrokerReport report = report(9_000, 1);
    Kept kept = KeptReportBuilder.keep(report, names(2), ENOUGH);
    assertThat(kept.report().servers()).isEqualTo(report.servers().subList(0, 2));
    assertThat(kept.report().serversOmitted()).isNull();
    assertThat(kept.strangers()).isTrue();
    assertThat(kept.bytes()).isLessThan(2_000);
  }

  @Test
  void whereRoomIsShortToolsGoBeforeServers() {
    BrokerReport report = report(100, 50);
    Kept kept = KeptReportBuilder.keep(report, names(100), 40_000);
    assertThat(kept.bytes()).isLessThanOrEqualTo(40_000);
    assertThat(kept.report().serversOmitted()).isNull();
    assertThat(kept.report().servers()).hasSize(100).allMatch(s -> s.toolCount() == 50);
    assertThat(kept.report().servers().getFirst().tools()).hasSize(50);
    assertThat(kept.report().servers().getLast().tools()).isEmpty();
  }

  @Test
  void whatHasNoRoomAtAllIsCounted() {
    BrokerReport all = report(1_000, 1);
    BrokerReport report =
        new BrokerReport(
            all.revision(), 1, "h", null, all.servers(), 1, Integer.MAX_VALUE - 10, all.at());
    Kept kept = KeptReportBuilder.keep(all, names(1_000), 10_000);
    int left = kept.report().servers().size();
    assertThat(left).isBetween(10, 100);
    assertThat(kept.report().serversOmitted()).isEqualTo(1_000 - left);
    assertThat(KeptReportBuilder.keep(report, names(1_000), 10_000).report().serversOmitted())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void namesAreTheConfigurationsOwn() {
    Map<String, String> names = names(1);
    String kept =
        KeptReportBuilder.keep(report(1, 1), names, ENOUGH).report().servers().getFirst().name();
    assertThat(kept).isSameAs(names.get(kept));
  }

  private static BrokerReport report(int servers, int tools) {
    return new BrokerReport(
        "r",
        1,
        "h",
        null,
        IntStream.range(0, servers)
            .mapToObj(i ->
                new ServerReport(
                    name(i),
                    true,
                    true,
                    "2025-11-25",
                    tools,
                    IntStream.range(0, tools).mapToObj(t -> "s%d_t%d".formatted(i, t)).toList(),
                    List.of("s%d_t0".formatted(i)),
                    "fine",
                    null))
            .toList(),
        servers * tools,
        Instant.EPOCH);
  }

  private static Map<String, String> names(int count) {
    Map<String, String> names = new TreeMap<>();
    IntStream.range(0, count)
        .mapToObj(KeptReportBuilderTest::name)
        .forEach(name -> names.put(name, name));
    return names;
  }

  private static String name(int i) {
    return "n/s%05d".formatted(i);
  }
}
