package dev.mcpgateway.broker.push;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.status.ReportBuilder;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The report of this process and its revision, which is another one whenever the report is. Made
 * when somebody asks: changes that nobody waits for cost nothing.
 */
public final class Reports {
  private final Supplier<UpstreamSnapshot> servers;
  private final Supplier<ConfigStatus> config;
  private final Clock clock;
  private final String process = UUID.randomUUID().toString();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  /** The last report without revision and time. */
  private @Nullable BrokerReport last;

  private long number;
  private int waiters;
  private boolean released;

  public Reports(Supplier<UpstreamSnapshot> servers, Supplier<ConfigStatus> config, Clock clock) {
    this.servers = servers;
    this.config = config;
    this.clock = clock;
  }

  /** Something that is reported may have changed. Does not block. */
  public void changed() {
    lock.lock();
    try {
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The report as it is now. */
  BrokerReport current() {
    lock.lock();
    try {
      BrokerReport next = ReportBuilder.build("", servers.get(), config.get(), Instant.EPOCH);
      if (!next.equals(last)) {
        number++;
        last = next;
      }
      return next.stamped(process + "-" + number, clock.instant());
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first report that is not the seen one; that one again when the time is over or the process
   * wants to stop.
   */
  BrokerReport await(String seenRevision, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      waiters++;
      BrokerReport report = current();
      while (report.revision().equals(seenRevision) && left > 0 && !released) {
        left = news.awaitNanos(left);
        report = current();
      }
      return report;
    } finally {
      waiters--;
      lock.unlock();
    }
  }

  /** Requests that wait for news. */
  int waiters() {
    lock.lock();
    try {
      return waiters;
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waiting, now and from now on. */
  public void release() {
    lock.lock();
    try {
      released = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
