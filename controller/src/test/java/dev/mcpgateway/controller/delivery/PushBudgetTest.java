package dev.mcpgateway.controller.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PushBudgetTest {
  private static final String SMALL = "servers: []\n";
  private static final String LARGEST = "x".repeat(900 * 1024);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final PushBudget budget = new PushBudget();
  private final List<Push> pushes = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    for (Push push : pushes) {
      push.end();
    }
    assertThat(budget.namespaces()).isZero();
  }

  @Test
  void whatCannotBeTakenTakesNothing() throws InterruptedException {
    PushBudget budget = new PushBudget();
    for (int i = 0; i <= PushBudget.AT_ONCE; i++) {
      assertThatIllegalArgumentException().isThrownBy(() -> budget.take("team", -1));
    }
    assertThat(budget.namespaces()).isZero();
    budget.take("team", 1).close();
  }

  @Test
  void oneNamespaceHasAFewAtOnceAndTheOthersDoNotNoticeThatItWaits() {
    for (int i = 0; i < PushBudget.AT_ONCE; i++) {
      push("a", SMALL).goes();
    }
    push("a", SMALL).waits();
    push("b", SMALL).goes();
  }

  @Test
  void theLargestOfANamespaceGoOneAfterTheOther() throws InterruptedException {
    Push first = push("a", LARGEST);
    first.goes();
    Push second = push("a", LARGEST);
    second.waits();
    push("b", LARGEST).goes();
    first.end();
    second.goes();
  }

  @Test
  void allTogetherStayWithinTheHeapAndWhoNeedsMuchIsNotOvertaken() throws InterruptedException {
    int fit = PushBudget.ALL / PushBudget.size(LARGEST);
    assertThat(fit).isBetween(8, 16);
    for (int i = 0; i < fit; i++) {
      push("team-" + i, LARGEST).goes();
    }
    Push large = push("large", LARGEST);
    large.waits();
    Push small = push("small", SMALL);
    small.waits();
    pushes.getFirst().end();
    large.goes();
    small.goes();
  }

  @Test
  void whoGivesUpWaitingLeavesNothingBehind() throws InterruptedException {
    push("a", LARGEST).goes();
    Push second = push("a", LARGEST);
    second.waits();
    second.end();
    pushes.getFirst().end();
    push("a", LARGEST).goes();
  }

  @Test
  void whoHasHadNoRoomForAsLongAsItMayWaitLeavesNothingBehind() throws InterruptedException {
    Duration moment = Duration.ofMillis(10);
    String whole = "x".repeat(PushBudget.SHARE * 1024);
    for (int i = 0; i < PushBudget.ALL / PushBudget.SHARE; i++) {
      push("team-" + i, whole).goes();
    }
    int taken = budget.namespaces();
    assertThat(budget.take("team-0", 1, moment)).isEmpty();
    assertThat(budget.take("another", 1, moment)).isEmpty();
    assertThat(budget.namespaces()).isEqualTo(taken);
    pushes.getFirst().end();
    budget.take("team-0", PushBudget.SHARE, LONG).orElseThrow().close();
    budget.take("another", PushBudget.SHARE, LONG).orElseThrow().close();
  }

  private Push push(String namespace, String document) {
    Push push = new Push(namespace, document);
    pushes.add(push);
    return push;
  }

  private final class Push {
    private final CountDownLatch under = new CountDownLatch(1);
    private final Thread thread;

    Push(String namespace, String document) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                try (var _ = budget.take(namespace, PushBudget.size(document))) {
                  under.countDown();
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  // Over.
                }
              });
    }

    void goes() {
      await().atMost(LONG).until(() -> under.getCount() == 0);
    }

    void waits() {
      await().atMost(LONG).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
      assertThat(under.getCount()).isEqualTo(1);
    }

    void end() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }
}
