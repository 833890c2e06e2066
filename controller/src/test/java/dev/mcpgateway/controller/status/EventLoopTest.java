package dev.mcpgateway.controller.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.AnsweringApi;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.queue.Backoff;
import dev.mcpgateway.controller.queue.Ticker;
import dev.mcpgateway.controller.writes.RetryAfter;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), EventLoop.LONGEST, new Random(1));

  /** Of the next requests; 201 when there are none left. */
  private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

  private static final RetryAfter LEISURE = new RetryAfter(Ticker.system());

  private final AnsweringApi api =
      new AnsweringApi(request -> {
        Integer next = answers.poll();
        return next == null ? 201 : next;
      });
  private final AtomicBoolean held = new AtomicBoolean(true);
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private volatile EventLoop.Pause pause = pauses::add;
  private final EventLoop loop =
      new EventLoop(api.client(), new Fence(held::get), LEISURE, BACKOFF, time -> pause.of(time));

  @AfterEach
  void stop() {
    loop.close();
    api.close();
  }

  @Test
  void whatABusyApiServerRefusesIsTriedAgainBeforeAnythingElse() {
    answers.addAll(List.of(429, 503, 500));
    add("one");
    add("two");
    loop.start();
    loop.close();
    assertThat(sent()).containsExactly("one", "one", "one", "one", "two");
    assertThat(pauses).hasSize(3).isSorted();
  }

  @Test
  void fiveAttemptsAreEnoughAndTheNextEventWaitsAsLong() {
    answers.addAll(List.of(503, 503, 503, 503, 503));
    add("one");
    add("two");
    loop.start();
    loop.close();
    assertThat(sent()).containsExactly("one", "one", "one", "one", "one", "two");
    assertThat(pauses).hasSize(EventLoop.ATTEMPTS);
  }

  @Test
  void whatIsRefusedForGoodOrThereAlreadyIsNotTriedAgain() {
    answers.addAll(List.of(403, 422, 409));
    List.of("one", "two", "three", "four").forEach(this::add);
    loop.start();
    loop.close();
    assertThat(sent()).containsExactly("one", "two", "three", "four");
    assertThat(pauses).isEmpty();
  }

  @Test
  void anApiServerIsLeftAloneAsLongAsItAsksAndNotForEver() {
    AtomicBoolean first = new AtomicBoolean(true);
    try (AnsweringApi busy =
        new AnsweringApi(
            request -> first.getAndSet(false) ? 429 : 201,
            """
            {"kind":"Status","apiVersion":"v1","code":429,"details":{"retryAfterSeconds":7}}
            """)) {
      EventLoop asked =
          new EventLoop(busy.client(), new Fence(held::get), LEISURE, BACKOFF, pauses::add);
      asked.add(event("one"));
      asked.start();
      asked.close();
      assertThat(busy.requests()).hasSize(2);
    }
    assertThat(pauses).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void theLeaseIsLookedAtBeforeEveryAttempt() {
    answers.add(503);
    pause = time -> held.set(false);
    add("one");
    add("two");
    loop.start();
    loop.close();
    assertThat(sent()).containsExactly("one");
  }

  @Test
  void whoeverTellsDoesNotWaitForAnApiServerInTroubleAndWhatFindsNoRoomIsLeftOut()
      throws InterruptedException {
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    answers.add(503);
    pause =
        time -> {
          waits.countDown();
          goesOn.await();
        };
    loop.start();
    add("first");
    waits.await();
    IntStream.range(0, EventLoop.WAITING + 10).forEach(i -> add("e" + i));
    goesOn.countDown();
    await().until(() -> api.requests().size() >= EventLoop.WAITING + 2);
    loop.close();
    assertThat(sent()).startsWith("first", "first", "e0", "e1").hasSize(EventLoop.WAITING + 2);
  }

  @Test
  void whateverTakesTooLongAtTheEndIsInterrupted() {
    answers.add(503);
    CountDownLatch never = new CountDownLatch(1);
    pause = time -> never.await();
    loop.start();
    add("one");
    add("two");
    loop.close();
    assertThat(loop.alive()).isFalse();
    assertThat(sent()).containsExactly("one");
    add("three");
    assertThat(sent()).containsExactly("one");
  }

  private void add(String name) {
    loop.add(event(name));
  }

  private static Event event(String name) {
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace("n")
        .withName(name)
        .endMetadata()
        .withNewInvolvedObject()
        .withNamespace("n")
        .withName("e")
        .endInvolvedObject()
        .withReason("Because")
        .build();
  }

  /** Names of the Events in the requests, in their order. */
  private List<String> sent() {
    return api.requests().stream()
        .map(r -> r.body().replaceAll("(?s).*\"metadata\":\\{\"name\":\"([^\"]+)\".*", "$1"))
        .toList();
  }
}
