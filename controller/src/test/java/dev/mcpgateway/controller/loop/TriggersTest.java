package dev.mcpgateway.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.Rollout;
import dev.mcpgateway.controller.observe.WorkKey;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Lanes;
import dev.mcpgateway.controller.queue.Next;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.queue.WorkQueue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TriggersTest {
  private final AtomicReference<Outlook> world = new AtomicReference<>(outlook("a", "b"));
  private final WorkQueue<WorkKey> queue =
      new WorkQueue<>(
          Ticker.system(),
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
          Duration.ZERO,
          Lanes.of(key -> true, 1));
  private final Triggers triggers = new Triggers(world::get, queue, Ticker.system());

  @Test
  void theFirstComparisonQueuesEverything() {
    assertThat(triggers.compare())
        .containsExactlyInAnyOrder(new WorkKey.Instance("a"), new WorkKey.Instance("b"));
    assertThat(queue.waiting()).isEqualTo(2);
  }

  @Test
  void whatHasNotChangedIsNotQueued() {
    triggers.compare();
    world.set(outlook("a", "b"));
    assertThat(triggers.compare()).isEmpty();
    world.set(outlook("a", "b", "c"));
    assertThat(triggers.compare()).containsExactly(new WorkKey.Instance("c"));
  }

  @Test
  void workersSeeInputsNoOlderThanTheirKey() {
    triggers.compare();
    assertThat(triggers.present()).isSameAs(world.get());
  }

  @Test
  void changesAreComparedTogether() {
    AtomicInteger comparisons = new AtomicInteger();
    Triggers counting =
        new Triggers(
            () -> {
              comparisons.incrementAndGet();
              return world.get();
            },
            queue,
            Ticker.system());
    for (int i = 0; i < 1000; i++) {
      counting.changed();
    }
    try (counting) {
      counting.start();
      await().until(() -> queue.poll() instanceof Next.Work<WorkKey>);
      await()
          .during(Duration.ofMillis(200))
          .atMost(Duration.ofSeconds(2))
          .until(() -> comparisons.get() <= 2);
    }
  }

  @Test
  void oneComparisonThatFailsDoesNotEndTheOthers() {
    AtomicInteger calls = new AtomicInteger();
    Triggers failing =
        new Triggers(
            () -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("once");
              }
              return world.get();
            },
            queue,
            Ticker.system());
    try (failing) {
      failing.start();
      await().atMost(Duration.ofSeconds(5)).until(() -> queue.waiting() == 2);
      assertThat(failing.alive()).isTrue();
    }
  }

  @Test
  void comparisonsTakeAboutAFifthOfTheTime() {
    assertThat(Triggers.gap(Duration.ZERO)).isEqualTo(Triggers.GAP);
    assertThat(Triggers.gap(Duration.ofMillis(50))).isEqualTo(Duration.ofMillis(200));
    assertThat(Triggers.gap(Duration.ofSeconds(5))).isEqualTo(Triggers.LONGEST_GAP);
  }

  private static Outlook outlook(String... namespaces) {
    Map<String, InstanceInputs> instances = new HashMap<>();
    for (String n : namespaces) {
      instances.put(
          n,
          new InstanceInputs(
              n,
              List.of(),
              null,
              GatewayConfig.EMPTY,
              false,
              null,
              null,
              Rollout.NOBODY,
              false,
              0,
              null));
    }
    return new Outlook(instances, Map.of(), Map.of(), Map.of());
  }
}
