package dev.mcpgateway.broker.status;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.ServerReport;
import dev.mcpgateway.broker.api.status.BrokerStatus;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.api.status.ServerStatus;
import dev.mcpgateway.broker.catalog.OfferedTool;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import dev.mcpgateway.broker.upstream.UpstreamState;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Down;
import dev.mcpgateway.broker.upstream.UpstreamState.Condition.Up;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts what is known into the report the controller gets, in the words of {@code /status}. Pure.
 *
 * <p>The controller reads no reply that is longer than {@link PushCodec#MAX_REPLY_BYTES}, and a
 * report it cannot read tells nothing of anybody. So the bytes of every part are counted: names and
 * states of servers come first, then what is said of them, each with the same share, then names of
 * tools in the order of their servers. What does not fit shows: a text ends with an ellipsis, a
 * list is shorter than its count, and servers that are left out are counted.
 */
public final class ReportBuilder {
  /** Most names of tools in one report, whatever the number of servers. */
  static final int MAX_NAMES = 20_000;

  /** Longest text somebody else has written, as JSON. */
  public static final int MAX_TEXT = 2_000;

  /** For everything around the servers, for what stands beside the report, and for the seal. */
  private static final int HEAD = 16 * 1024;

  /** For the names of the fields of one server, its numbers, its fingerprint and punctuation. */
  private static final int ENTRY = 320;

  private final UpstreamSnapshot snapshot;
  private int namesLeft = MAX_NAMES;
  private int left;

  private ReportBuilder(UpstreamSnapshot snapshot, int bytes) {
    this.snapshot = snapshot;
    this.left = bytes - HEAD;
  }

  /** The report, under the given revision. */
  public static BrokerReport build(
      String revision, UpstreamSnapshot snapshot, ConfigStatus config, Instant now) {
    return build(revision, snapshot, config, now, PushCodec.MAX_REPLY_BYTES);
  }

  /** The same, for a reply of at most so many bytes. */
  static BrokerReport build(
      String revision, UpstreamSnapshot snapshot, ConfigStatus config, Instant now, int bytes) {
    BrokerStatus status = StatusBuilder.build(snapshot, config, now);
    String error = config.error();
    Map<String, ServerConfig> configs =
        snapshot.config().servers().stream().collect(toMap(ServerConfig::name, s -> s));
    ReportBuilder builder = new ReportBuilder(snapshot, bytes);
    List<ServerReport> servers =
        builder.servers(status.servers()).stream()
            .map(report -> report.about(requireNonNull(configs.get(report.name()))))
            .toList();
    int omitted = status.servers().size() - servers.size();
    return new BrokerReport(
        revision,
        config.version(),
        config.hash(),
        error == null ? null : JsonText.cut(error, MAX_TEXT),
        servers,
        status.servers().stream().mapToInt(ServerStatus::totalTools).sum(),
        omitted == 0 ? null : omitted,
        now);
  }

  private List<ServerReport> servers(List<ServerStatus> all) {
    int kept = 0;
    while (kept < all.size() && take(ENTRY + JsonText.bytes(all.get(kept).name()))) {
      kept++;
    }
    int share = Math.min(MAX_TEXT, left / Math.max(1, 2 * kept));
    left -= 2 * kept * share;
    return all.subList(0, kept).stream().map(server -> server(server, share)).toList();
  }

  private boolean take(int bytes) {
    boolean fits = bytes <= left;
    if (fits) {
      left -= bytes;
    }
    return fits;
  }

  private ServerReport server(ServerStatus status, int share) {
    String message = text(status.message(), share);
    UpstreamState state = snapshot.states().get(status.name());
    if (state == null || !(state.condition() instanceof Up)) {
      return new ServerReport(
          status.name(),
          false,
          false,
          null,
          0,
          List.of(),
          List.of(),
          message,
          state != null && state.condition() instanceof Down(String reason)
              ? text(reason, share)
              : null);
    }
    List<String> conflicts = snapshot.conflicts().getOrDefault(status.name(), List.of());
    return new ServerReport(
        status.name(),
        true,
        status.ready(),
        status.protocolVersion(),
        status.totalTools(),
        some(served(state, conflicts), ServerReport.MAX_TOOLS),
        some(conflicts, ServerReport.MAX_CONFLICTS),
        message,
        null);
  }

  /** Gives back what a text leaves of its share. */
  private String text(String text, int share) {
    String cut = JsonText.cut(text, share);
    left += share - Math.min(share, JsonText.bytes(cut));
    return cut;
  }

  private static List<String> served(UpstreamState state, List<String> conflicts) {
    Set<String> elsewhere = new HashSet<>(conflicts);
    return state.tools().stream()
        .map(OfferedTool::servedName)
        .filter(name -> !elsewhere.contains(name))
        .sorted()
        .toList();
  }

  private List<String> some(List<String> names, int limit) {
    int most = Math.min(names.size(), Math.min(limit, namesLeft));
    int taken = 0;
    while (taken < most && take(JsonText.bytes(names.get(taken)))) {
      taken++;
    }
    namesLeft -= taken;
    return List.copyOf(names.subList(0, taken));
  }
}
