package dev.mcpgateway.controller.delivery;

import static java.util.stream.Collectors.toMap;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.ServerReport;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps of one broker's reports what is about the stored configuration, as far as there is room,
 * and knows when one has to be asked for again because something else is stored now. Used by one
 * thread.
 */
final class ReportKeeper implements AutoCloseable {
  /** In the place of a hash where nothing is stored. */
  private static final String NOTHING = "nothing";

  private final Supplier<Wanted> wanted;
  private final LastState state;
  private final ReportBudget.Share share;

  /** The stored configuration a report was cut down to, empty when there was nothing to cut. */
  private String cutTo = "";

  /** The report has been cut down to what is not stored any more. */
  private boolean outdated;

  /** Bytes of the report that is kept, and of the one opened last. */
  private int held;

  private int opened;

  /**
   * @param state of the broker, with the report that is kept
   * @param share what its reports may take
   */
  ReportKeeper(Supplier<Wanted> wanted, LastState state, ReportBudget.Share share) {
    this.wanted = wanted;
    this.state = state;
    this.share = share;
  }

  /**
   * What is kept of a report; called for one at a time. Servers it is about and that are not stored
   * may be a moment later: then it has to be asked for again.
   */
  BrokerReport keep(BrokerReport report) {
    Wanted now = wanted.get();
    KeptReportBuilder.Kept kept = KeptReportBuilder.keep(report, names(now), share.room());
    opened = kept.bytes();
    share.hold(opened);
    cutTo = kept.strangers() ? hash(now) : "";
    return kept.report();
  }

  /** Whether what is kept has just become too little, because something else is stored now. */
  boolean outdatedBy(Wanted now) {
    if (cutTo.isEmpty() || cutTo.equals(hash(now))) {
      return false;
    }
    cutTo = "";
    outdated = true;
    return true;
  }

  /** Whether what is kept is too little, though the broker has nothing new to say. */
  boolean outdated() {
    return outdated;
  }

  /** What was kept last is the broker's report now. */
  void accepted() {
    outdated = false;
    held = opened;
  }

  /** What was kept last has come to nothing: the report before is still the broker's. */
  void rejected() {
    if (opened != held) {
      opened = held;
      share.hold(held);
    }
  }

  @Override
  public void close() {
    share.close();
  }

  /**
   * While nothing is stored, those that were stored before: somebody has deleted the Secret, which
   * the broker does not notice, and what it runs will be stored again.
   */
  private Map<String, String> names(Wanted now) {
    BrokerReport known = state.report();
    return now.config() != null || known == null
        ? now.names()
        : known.servers().stream()
            .map(ServerReport::name)
            .collect(toMap(name -> name, name -> name, (name, again) -> name));
  }

  private static String hash(Wanted now) {
    return now.config() == null ? NOTHING : now.config().hash();
  }
}
