package dev.mcpgateway.controller.queue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private static final Duration PACE = ofMillis(500);
  private static final RandomGenerator MOST = () -> -1L;

  /** Keys in capitals go first; at most two of the others are with workers at once. */
  private static final Lanes<String> LANES =
      new Lanes<>(key -> Character.isUpperCase(key.charAt(0)), 2);

  private final FakeTicker ticker = new FakeTicker();
  private final WorkQueue<String> queue =
      new WorkQueue<>(ticker, new Backoff(ofMillis(100), ofSeconds(10), MOST), PACE, LANES);

  @Test
  void anEmptyQueueIsIdle() {
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
  }

  @Test
  void theFirstEventIsServedAtOnce() {
    queue.add("a");
    assertThat(queue.poll()).isEqualTo(new Next.Work<>("a"));
  }

  @Test
  void addingAKeyManyTimesIsAddingItOnce() {
    queue.add("a");
    queue.add("a");
    queue.add("a");
    work("a");
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
  }

  @Test
  void keysAreServedInTheOrderOfTheirArrival() {
    List.of("c", "a", "b").forEach(queue::add);
    for (String key : List.of("c", "a", "b")) {
      queue.finish(work(key), Outcome.DONE);
    }
  }

  @Test
  void aKeyIsNeverWithTwoWorkersAtOnce() {
    queue.add("a");
    work("a");
    ticker.advance(ofSeconds(60));
    queue.add("a");
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
    queue.finish("a", Outcome.DONE);
    work("a");
  }

  @Test
  void whatIsAddedDuringAPassComesBackOnceAfterThePace() {
    queue.add("a");
    work("a");
    ticker.advance(ofMillis(100));
    queue.add("a");
    queue.add("a");
    queue.finish("a", Outcome.DONE);
    assertThat(queue.poll()).isEqualTo(new Next.Wait<>(ofMillis(400)));
    ticker.advance(ofMillis(400));
    work("a");
    queue.finish("a", Outcome.DONE);
    ticker.advance(PACE);
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
  }

  @Test
  void aBurstOfEventsCostsTwoPassesASecond() {
    int passes = 0;
    for (int i = 0; i < 100; i++) {
      queue.add("a");
      if (queue.poll() instanceof Next.Work<String>) {
        passes++;
        queue.finish("a", Outcome.DONE);
      }
      ticker.advance(ofMillis(20));
    }
    assertThat(passes).isEqualTo(4);
  }

  @Test
  void theLastEventOfABurstIsNotLost() {
    queue.add("a");
    work("a");
    queue.finish("a", Outcome.DONE);
    queue.add("a");
    assertThat(queue.poll()).isInstanceOf(Next.Wait.class);
    ticker.advance(PACE);
    work("a");
  }

  @Test
  void theSoonerOfTwoTimesStands() {
    queue.addAfter("a", ofSeconds(5));
    queue.addAfter("a", ofSeconds(9));
    assertThat(queue.poll()).isEqualTo(new Next.Wait<>(ofSeconds(5)));
    queue.addAfter("a", ofSeconds(2));
    assertThat(queue.poll()).isEqualTo(new Next.Wait<>(ofSeconds(2)));
    ticker.advance(ofSeconds(2));
    work("a");
    queue.finish("a", Outcome.DONE);
    ticker.advance(ofSeconds(9));
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
  }

  @Test
  void anEventMakesADelaySuperfluous() {
    queue.addAfter("a", ofSeconds(5));
    queue.add("a");
    work("a");
    queue.finish("a", Outcome.DONE);
    ticker.advance(ofSeconds(60));
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
  }

  @Test
  void aDelayDuringAPassCounts() {
    queue.add("a");
    work("a");
    queue.addAfter("a", ofSeconds(3));
    queue.finish("a", Outcome.DONE);
    assertThat(queue.poll()).isEqualTo(new Next.Wait<>(ofSeconds(3)));
    ticker.advance(ofMillis(2999));
    assertThat(queue.poll()).isEqualTo(new Next.Wait<>(ofMillis(1)));
    ticker.advance(ofMillis(1));
    work("a");
  }

  @Test
  void aKeyThatAsksToBeLookedAtAgainIs() {
    queue.add("a");
    work("a");
    queue.finish("a", new Outcome.Again(ofSeconds(7)));
    ticker.advance(ofSeconds(7));
    work("a");
  }

  @Test
  void failuresInARowWaitLongerAndASuccessForgetsThem() {
    queue.add("a");
    for (long expected : List.of(100L, 200L, 400L, 800L)) {
      work("a");
      queue.finish("a", Outcome.FAILED);
      ticker.advance(ofMillis(expected).minusNanos(1000));
      assertThat(queue.poll()).isInstanceOf(Next.Wait.class);
      ticker.advance(ofMillis(1));
    }
    work("a");
    queue.finish("a", Outcome.DONE);
    ticker.advance(PACE);
    queue.add("a");
    work("a");
    queue.finish("a", Outcome.FAILED);
    ticker.advance(ofMillis(101));
    work("a");
  }

  @Test
  void anEventBringsAFailedKeyBackEarlierButNotFasterThanThePace() {
    queue.add("a");
    for (int i = 0; i < 8; i++) {
      work("a");
      queue.finish("a", Outcome.FAILED);
      queue.add("a");
      ticker.advance(PACE);
    }
    work("a");
  }

  @Test
  void aFailureMayAskForALongerWaitThanTheBackOffAndNeverGetsAShorterOne() {
    queue.add("a");
    work("a");
    queue.finish("a", new Outcome.Failed(ofSeconds(1)));
    ticker.advance(ofSeconds(1).minusNanos(1000));
    assertThat(queue.poll()).isInstanceOf(Next.Wait.class);
    ticker.advance(ofMillis(1));
    work("a");
    queue.finish("a", new Outcome.Failed(ofMillis(1)));
    ticker.advance(ofMillis(200).minusNanos(1000));
    assertThat(queue.poll()).isInstanceOf(Next.Wait.class);
    ticker.advance(ofMillis(1));
    work("a");
  }

  @Test
  void anEventDoesNotForgetFailures() {
    queue.add("a");
    for (int i = 0; i < 4; i++) {
      work("a");
      queue.finish("a", Outcome.FAILED);
      queue.add("a");
      ticker.advance(PACE);
    }
    work("a");
    queue.finish("a", Outcome.FAILED);
    ticker.advance(ofMillis(1500));
    assertThat(queue.poll()).isInstanceOf(Next.Wait.class);
    ticker.advance(ofMillis(101));
    work("a");
  }

  @Test
  void oneFailingKeyDelaysNobodyElse() {
    queue.add("bad");
    work("bad");
    queue.finish("bad", Outcome.FAILED);
    queue.add("good");
    work("good");
  }

  @Test
  void finishingWhatWasNotTakenIsAMistake() {
    assertThatThrownBy(() -> queue.finish("a", Outcome.DONE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void keysThatNobodyNeedsAreForgotten() {
    for (int i = 0; i < 1000; i++) {
      queue.add("key-" + i);
      work("key-" + i);
      queue.finish("key-" + i, Outcome.DONE);
    }
    ticker.advance(PACE);
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
    assertThat(queue.known()).isZero();
  }

  @Test
  void theFirstLaneGoesBeforeTheOthersHoweverLongTheyHaveWaited() {
    List.of("a", "b", "c").forEach(queue::add);
    ticker.advance(ofSeconds(60));
    List.of("Y", "X").forEach(queue::add);
    for (String key : List.of("Y", "X", "a", "b")) {
      work(key);
    }
  }

  @Test
  void theOthersAreNotKeptWaitingForEver() {
    IntStream.range(0, 12).forEach(i -> queue.add("K" + i));
    List.of("a", "b", "c").forEach(queue::add);
    List<String> order = new ArrayList<>();
    while (queue.poll() instanceof Next.Work<String>(String key)) {
      order.add(key);
      queue.finish(key, Outcome.DONE);
    }
    assertThat(order)
        .containsExactly(
            "K0", "K1", "K2", "K3", "a", "K4", "K5", "K6", "K7", "b", "K8", "K9", "K10", "K11",
            "c");
  }

  @Test
  void onlyTurnsThatKeptSomebodyWaitingAreCounted() {
    IntStream.range(0, 10).forEach(i -> queue.add("K" + i));
    IntStream.range(0, 8).forEach(i -> work("K" + i));
    queue.add("a");
    // The eight before cost nobody anything.
    work("K8");
    work("K9");
    work("a");
  }

  @Test
  void theOthersNeverOccupyEveryWorker() {
    List.of("a", "b", "c").forEach(queue::add);
    work("a");
    work("b");
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
    queue.add("X");
    work("X");
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
    queue.finish("a", Outcome.FAILED);
    work("c");
  }

  @Test
  void whileTheOthersMayNotTheFirstLaneIsWaitedFor() {
    List.of("a", "b", "c").forEach(queue::add);
    work("a");
    work("b");
    queue.addAfter("X", ofSeconds(3));
    assertThat(queue.poll()).isEqualTo(new Next.Wait<>(ofSeconds(3)));
    queue.finish("b", Outcome.DONE);
    work("c");
  }

  @Test
  void anAddDuringAPassOccupiesNoPlaceOfTheOthers() {
    queue.add("a");
    work("a");
    queue.add("a");
    queue.add("b");
    work("b");
    queue.finish("a", Outcome.DONE);
    queue.finish("b", Outcome.DONE);
    ticker.advance(PACE);
    work("a");
    queue.add("c");
    work("c");
    queue.add("d");
    assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
  }

  @Test
  void coalescingPaceAndBackOffHoldInBothLanes() {
    for (String key : List.of("X", "a")) {
      queue.add(key);
      queue.add(key);
      work(key);
      queue.add(key);
      queue.finish(key, Outcome.FAILED);
      assertThat(queue.poll()).isInstanceOf(Next.Wait.class);
      ticker.advance(ofMillis(100));
      work(key);
      queue.finish(key, Outcome.DONE);
      ticker.advance(PACE);
      assertThat(queue.poll()).isEqualTo(new Next.Idle<>());
      assertThat(queue.known()).isZero();
    }
  }

  @Test
  void aWorkerThatWaitsForAPlaceOfTheOthersIsWokenWhenOneIsFree() {
    WorkQueue<String> real = realQueue(ofMillis(1));
    List.of("a", "b", "c").forEach(real::add);
    assertThat(List.of(take(real).orElseThrow(), take(real).orElseThrow()))
        .containsExactly("a", "b");
    List<String> taken = new CopyOnWriteArrayList<>();
    Thread worker = Thread.ofVirtual().start(() -> taken.add(take(real).orElseThrow()));
    await().until(() -> worker.getState() == Thread.State.WAITING);
    real.finish("a", Outcome.DONE);
    await().atMost(ofSeconds(30)).until(() -> taken.equals(List.of("c")));
    real.close();
  }

  @Test
  void ofTheWorkersAQuarterAndAtLeastOneOfSeveralIsKeptFree() {
    assertThat(IntStream.of(1, 2, 4, 8).map(n -> Lanes.of(k -> true, n).othersAtOnce()))
        .containsExactly(1, 1, 3, 6);
    assertThatThrownBy(() -> new Lanes<>(k -> true, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void waitingCountsWhatHasNoWorker() {
    queue.add("a");
    queue.addAfter("b", ofSeconds(1));
    assertThat(queue.waiting()).isEqualTo(2);
    work("a");
    assertThat(queue.waiting()).isEqualTo(1);
  }

  @Test
  void aClosedQueueHandsOutNothing() throws InterruptedException {
    queue.add("a");
    work("a");
    queue.add("b");
    queue.close();
    assertThat(queue.poll()).isEqualTo(new Next.Closed<>());
    assertThat(queue.take()).isEmpty();
    queue.finish("a", Outcome.DONE);
  }

  @Test
  void closingWakesWaitingWorkers() {
    WorkQueue<String> real = realQueue(ofMillis(1));
    Thread worker = Thread.ofVirtual().start(() -> assertThat(take(real)).isEmpty());
    await().until(() -> worker.getState() == Thread.State.WAITING);
    real.close();
    await().atMost(ofSeconds(5)).until(() -> !worker.isAlive());
  }

  @Test
  void aWaitingWorkerTakesAnEarlierKey() {
    WorkQueue<String> real = realQueue(ofMillis(1));
    List<String> taken = new CopyOnWriteArrayList<>();
    real.addAfter("late", Duration.ofMinutes(10));
    Thread.ofVirtual().start(() -> taken.add(take(real).orElseThrow()));
    await().until(() -> real.waiting() == 1);
    real.add("early");
    await().atMost(ofSeconds(5)).until(() -> taken.equals(List.of("early")));
    real.close();
  }

  @Test
  void manyWorkersAndManyEventsNeverOverlapOnAKeyAndMissNone() throws InterruptedException {
    WorkQueue<Integer> real =
        new WorkQueue<>(
            Ticker.system(), backoff(), Duration.ofNanos(1), new Lanes<>(key -> key % 3 == 0, 3));
    int keys = 20;
    AtomicIntegerArray level = new AtomicIntegerArray(keys);
    AtomicIntegerArray seen = new AtomicIntegerArray(keys);
    Set<Integer> inside = ConcurrentHashMap.newKeySet();
    List<String> overlaps = new CopyOnWriteArrayList<>();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      workers.add(
          Thread.ofVirtual()
              .start(() -> {
                Random random = new Random(7);
                for (Optional<Integer> key = take(real); key.isPresent(); key = take(real)) {
                  if (!inside.add(key.get())) {
                    overlaps.add("two workers with " + key.get());
                  }
                  seen.set(key.get(), level.get(key.get()));
                  Thread.onSpinWait();
                  inside.remove(key.get());
                  real.finish(key.get(), random.nextInt(4) == 0 ? Outcome.FAILED : Outcome.DONE);
                }
              }));
    }
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      int key = random.nextInt(keys);
      level.incrementAndGet(key);
      real.add(key);
    }
    await()
        .atMost(ofSeconds(20))
        .until(() -> IntStream.range(0, keys).allMatch(k -> level.get(k) == seen.get(k)));
    assertThat(overlaps).isEmpty();
    real.close();
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private static WorkQueue<String> realQueue(Duration pace) {
    return new WorkQueue<>(Ticker.system(), backoff(), pace, LANES);
  }

  private static Backoff backoff() {
    return new Backoff(ofMillis(1), ofMillis(5), new Random(1));
  }

  private static <K> Optional<K> take(WorkQueue<K> queue) {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String work(String key) {
    assertThat(queue.poll()).isEqualTo(new Next.Work<>(key));
    return key;
  }
}
