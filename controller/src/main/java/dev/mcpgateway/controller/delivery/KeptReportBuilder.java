package dev.mcpgateway.controller.delivery;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a broker's report: the servers of its configuration and nothing else, as far as
 * there is room. What does not fit is left out as a broker leaves it out of a report that grows too
 * long: names of tools first, then servers from the end. Pure; one for each report.
 */
final class KeptReportBuilder {
  /** A report of a server without its texts, in bytes. */
  private static final int SERVER = 128;

  /** A text besides its characters, in bytes. */
  private static final int TEXT = 48;

  private final BrokerReport report;
  private final int room;

  /** Texts that many servers have in common, such as their messages, are kept once. */
  private final Map<String, String> texts = new HashMap<>();

  private int used;

  /**
   * @param names those of the servers in the configuration, by themselves: the report's own copies
   *     of them are not kept
   */
  static Kept keep(BrokerReport report, Map<String, String> names, int room) {
    return new KeptReportBuilder(report, room).kept(names);
  }

  /**
   * A report as it is kept.
   *
   * @param strangers whether it also was about servers that the configuration does not have
   * @param bytes what it takes
   */
  record Kept(BrokerReport report, boolean strangers, int bytes) {}

  private KeptReportBuilder(BrokerReport report, int room) {
    this.report = report;
    this.room = room;
  }

  private Kept kept(Map<String, String> names) {
    List<ServerReport> ours =
        report.servers().stream().filter(s -> names.containsKey(s.name())).toList();
    String configError = once(report.configError());
    List<ServerReport> bare = new ArrayList<>();
    for (ServerReport server : ours) {
      ServerReport known = bare(server, Objects.requireNonNull(names.get(server.name())));
      if (used > room) {
        break;
      }
      bare.add(known);
    }
    List<ServerReport> servers = new ArrayList<>();
    for (int i = 0; i < bare.size(); i++) {
      servers.add(named(bare.get(i), ours.get(i)));
    }
    return new Kept(
        new BrokerReport(
            report.revision(),
            report.version(),
            report.hash(),
            configError,
            servers,
            report.toolsServed(),
            omitted(ours.size() - servers.size()),
            report.at()),
        ours.size() < report.servers().size(),
        Math.min(used, room));
  }

  private @Nullable Integer omitted(int here) {
    long there = report.serversOmitted() == null ? 0 : report.serversOmitted();
    long all = Math.min(there + here, Integer.MAX_VALUE);
    return all == 0 ? null : (int) all;
  }

  private ServerReport bare(ServerReport server, String name) {
    used += SERVER + (server.config() == null ? 0 : weight(server.config()));
    return new ServerReport(
        name,
        server.connected(),
        server.ready(),
        once(server.protocolVersion()),
        server.toolCount(),
        List.of(),
        List.of(),
        Objects.requireNonNull(once(server.message())),
        once(server.lastError()),
        server.config());
  }

  private ServerReport named(ServerReport bare, ServerReport server) {
    return new ServerReport(
        bare.name(),
        bare.connected(),
        bare.ready(),
        bare.protocolVersion(),
        bare.toolCount(),
        fitting(server.tools()),
        fitting(server.conflictingTools()),
        bare.message(),
        bare.lastError(),
        bare.config());
  }

  /** As many of them as there is room for, from the first. */
  private List<String> fitting(List<String> names) {
    int count = 0;
    while (count < names.size() && used + weight(names.get(count)) <= room) {
      used += weight(names.get(count));
      count++;
    }
    return names.subList(0, count);
  }

  private @Nullable String once(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String known = texts.putIfAbsent(text, text);
    if (known == null) {
      used += weight(text);
      return text;
    }
    return known;
  }

  private static int weight(String text) {
    return TEXT + 2 * text.length();
  }
}
