package dev.mcpgateway.broker.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.status.ConfigStatus;
import dev.mcpgateway.broker.fake.MutableClock;
import dev.mcpgateway.broker.upstream.UpstreamSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile ConfigStatus config = config(1);
  private final Reports reports = new Reports(() -> UpstreamSnapshot.EMPTY, () -> config, clock);

  @AfterEach
  void stop() {
    reports.release();
    threads.close();
  }

  @Test
  void theRevisionChangesWithTheContentAndNotWithTheTime() {
    BrokerReport first = reports.current();
    clock.advance(LONG);
    BrokerReport later = reports.current();
    assertThat(later.revision()).isEqualTo(first.revision());
    assertThat(later.at()).isEqualTo(first.at().plus(LONG));
    config = config(2);
    assertThat(reports.current().revision()).isNotEqualTo(first.revision());
  }

  @Test
  void anotherProcessHasOtherRevisions() {
    Reports restarted = new Reports(() -> UpstreamSnapshot.EMPTY, () -> config, clock);
    assertThat(restarted.current().revision()).isNotEqualTo(reports.current().revision());
  }

  @Test
  void whoHasSeenAnotherRevisionDoesNotWait() throws Exception {
    assertThat(reports.await("", LONG)).isEqualTo(reports.current());
  }

  @Test
  void aWaitEndsWithTheChange() throws Exception {
    CompletableFuture<BrokerReport> waiting = waiting(LONG);
    config = config(2);
    reports.changed();
    assertThat(waiting.get(30, TimeUnit.SECONDS).version()).isEqualTo(2);
  }

  @Test
  void aSignalWithoutAChangeDoesNotEndTheWait() throws Exception {
    CompletableFuture<BrokerReport> waiting = waiting(LONG);
    reports.changed();
    config = config(2);
    reports.changed();
    assertThat(waiting.get(30, TimeUnit.SECONDS).version()).isEqualTo(2);
  }

  @Test
  void aWaitEndsWithItsTime() throws Exception {
    String seen = reports.current().revision();
    assertThat(reports.await(seen, Duration.ofMillis(20)).revision()).isEqualTo(seen);
  }

  @Test
  void nobodyWaitsForAProcessThatStops() throws Exception {
    CompletableFuture<BrokerReport> waiting = waiting(LONG);
    String seen = reports.current().revision();
    reports.release();
    assertThat(waiting.get(30, TimeUnit.SECONDS).revision()).isEqualTo(seen);
    assertThat(reports.await(seen, LONG).revision()).isEqualTo(seen);
  }

  private CompletableFuture<BrokerReport> waiting(Duration atMost) {
    String seen = reports.current().revision();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return reports.await(seen, atMost);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        threads);
  }

  private static ConfigStatus config(long version) {
    return new ConfigStatus(version, "hash", "file", Instant.EPOCH, null);
  }
}
