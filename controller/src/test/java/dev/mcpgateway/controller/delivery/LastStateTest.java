package dev.mcpgateway.controller.delivery;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.api.push.BrokerReport;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LastStateTest {
  private final AtomicInteger told = new AtomicInteger();
  private final LastState state =
      new LastState(
          new Replica("n", "pod", "uid", "1", URI.create("http://127.0.0.1:1/push")),
          told::incrementAndGet);

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(state.now()).isEqualTo(new ReplicaState("pod", "uid", null, null, false));
    assertThat(told).hasValue(0);
  }

  @Test
  void aReportThatOnlyWasMadeLaterIsTheSameAndIsNotTold() {
    state.become(report(1, 10), null, false);
    state.become(report(1, 20), null, false);
    assertThat(told).hasValue(1);
    assertThat(requireNonNull(state.report()).at()).isEqualTo(Instant.ofEpochSecond(10));
    state.become(report(2, 30), null, false);
    assertThat(told).hasValue(2);
    assertThat(requireNonNull(state.report()).at()).isEqualTo(Instant.ofEpochSecond(30));
  }

  @Test
  void anErrorAndTheEndOfItAreTold() {
    state.become(report(1, 10), null, false);
    state.become(report(1, 10), "timed out", false);
    state.become(report(1, 10), "timed out", true);
    assertThat(state.now().heard()).isNull();
    state.become(report(1, 40), null, false);
    assertThat(told).hasValue(4);
  }

  private static BrokerReport report(long version, long second) {
    return new BrokerReport(
        "r", version, "hash", null, List.of(), 0, Instant.ofEpochSecond(second));
  }
}
