package dev.mcpgateway.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.Presence;
import dev.mcpgateway.controller.observe.VirtualServerInputs;
import dev.mcpgateway.controller.observe.WorkKey;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Lanes;
import dev.mcpgateway.controller.queue.Next;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.queue.WorkQueue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResyncTest {
  private final WorkQueue<WorkKey> queue =
      new WorkQueue<>(
          Ticker.system(),
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
          Duration.ZERO,
          Lanes.of(key -> true, 1));
  private final AtomicReference<Outlook> present = new AtomicReference<>(Outlook.EMPTY);

  @Test
  void everyKeyIsLookedAtAgainAndAgainThoughNothingChanges() {
    Map<WorkKey, Integer> passes = new HashMap<>();
    try (Resync resync = new Resync(present::get, queue, Duration.ofMillis(20))) {
      resync.start();
      present.set(outlook("a", "b"));
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> {
            if (queue.poll() instanceof Next.Work<WorkKey>(WorkKey key)) {
              passes.merge(key, 1, Integer::sum);
              queue.finish(key, Outcome.DONE);
            }
            return passes.size() == 2 && passes.values().stream().allMatch(n -> n >= 3);
          });
      assertThat(resync.alive()).isTrue();
    }
  }

  @Test
  void theFirstRoundWaitsForTheFirstOutlookAndNotForItsTurn() {
    String[] names = IntStream.range(0, 100).mapToObj(i -> "v" + i).toArray(String[]::new);
    AtomicBoolean asked = new AtomicBoolean();
    Supplier<Outlook> late = () -> asked.getAndSet(true) ? outlook(names) : Outlook.EMPTY;
    try (Resync resync = new Resync(late, queue, Duration.ofSeconds(100))) {
      resync.start();
      // A hundredth of the period after the second look; a whole one is not waited for.
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> queue.poll() instanceof Next.Work<WorkKey>);
    }
  }

  private static Outlook outlook(String... names) {
    Map<ObjectKey, VirtualServerInputs> inputs = new HashMap<>();
    for (String name : names) {
      ObjectKey key = new ObjectKey("team", name);
      inputs.put(
          key,
          new VirtualServerInputs(
              new VirtualServerFacts(key, "u", false, 1, List.of()),
              true,
              true,
              Presence.STORED,
              false,
              null));
    }
    return new Outlook(Map.of(), Map.of(), Map.of(), inputs);
  }
}
