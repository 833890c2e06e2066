package dev.mcpgateway.broker.backend;

import static dev.mcpgateway.broker.route.Fixtures.FILES;
import static dev.mcpgateway.broker.route.Fixtures.WEATHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.backend.Opening.Failed;
import dev.mcpgateway.broker.backend.Opening.Opened;
import dev.mcpgateway.broker.backend.Opening.TimedOut;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackendSessionsTest {
  private static final CallerHeaders HEADERS = CallerHeaders.credentialOf(WEATHER);

  private final ScriptedOpener opener = new ScriptedOpener();
  private final MovingClock clock = new MovingClock();
  private final BackendSessions sessions = opener.sessions(3, Duration.ofSeconds(5), clock);

  @Test
  void aSessionIsOpenedOnceAndKept() throws InterruptedException {
    Opening first = sessions.session(client("a"), WEATHER, HEADERS);
    assertThat(sessions.session(client("a"), WEATHER, HEADERS)).isEqualTo(first);
    assertThat(opener.opened).hasValue(1);
  }

  @Test
  void everyClientAndEveryServerHasItsOwn() throws InterruptedException {
    assertThat(
            List.of(
                sessions.session(client("a"), WEATHER, HEADERS),
                sessions.session(client("b"), WEATHER, HEADERS),
                sessions.session(client("a"), FILES, HEADERS)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aHundredFirstCallsOpenOneSession() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    opener.script =
        (server, number) -> {
          go.await();
          return opened("backend-" + number);
        };
    List<Opening> openings;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Opening>> calls =
          IntStream.range(0, 100)
              .mapToObj(i -> threads.submit(() -> sessions.session(client("a"), WEATHER, HEADERS)))
              .toList();
      go.countDown();
      openings = calls.stream().map(BackendSessionsTest::result).toList();
    }
    assertThat(openings).containsOnly(opened("backend-1"));
    assertThat(opener.opened).hasValue(1);
  }

  @Test
  void aFailureReachesAllWhoWaitAndIsNotRemembered() throws InterruptedException {
    opener.script = (server, number) -> number == 1 ? new Failed("down") : opened("late");
    assertThat(sessions.session(client("a"), WEATHER, HEADERS)).isEqualTo(new Failed("down"));
    assertThat(sessions.session(client("a"), WEATHER, HEADERS)).isEqualTo(opened("late"));
  }

  @Test
  void anOpeningThatThrowsFailsInsteadOfHanging() throws InterruptedException {
    opener.script =
        (server, number) -> {
          throw new IllegalStateException("a fault");
        };
    assertThat(sessions.session(client("a"), WEATHER, HEADERS)).isInstanceOf(Failed.class);
  }

  @Test
  void anOpeningEndsAtItsDeadlineAndTheNextCallTriesAgain() throws InterruptedException {
    BackendSessions hasty = opener.sessions(3, Duration.ofMillis(50), clock);
    CountDownLatch interrupted = new CountDownLatch(1);
    opener.script =
        (server, number) -> {
          if (number > 1) {
            return opened("second");
          }
          try {
            new CountDownLatch(1).await();
            throw new AssertionError("nobody counts down");
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
          }
        };
    assertThat(hasty.session(client("a"), WEATHER, HEADERS)).isEqualTo(new TimedOut());
    interrupted.await();
    assertThat(hasty.session(client("a"), WEATHER, HEADERS)).isEqualTo(opened("second"));
  }

  @Test
  void aSessionThatComesTooLateIsEnded() throws InterruptedException {
    BackendSessions hasty = opener.sessions(3, Duration.ofMillis(50), clock);
    opener.script =
        (server, number) -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            // like a server whose answer was already there
          }
          return opened("late");
        };
    assertThat(hasty.session(client("a"), WEATHER, HEADERS)).isEqualTo(new TimedOut());
    await().untilAsserted(() -> assertThat(opener.ended).containsExactly("team-a/weather late"));
  }

  @Test
  void aForgottenSessionIsOpenedAgainButANewerOneStays() throws InterruptedException {
    ServerSession old = session(sessions.session(client("a"), WEATHER, HEADERS));
    sessions.forget(client("a"), WEATHER, old, false);
    ServerSession fresh = session(sessions.session(client("a"), WEATHER, HEADERS));
    assertThat(fresh).isNotEqualTo(old);
    sessions.forget(client("a"), WEATHER, old, true);
    assertThat(session(sessions.session(client("a"), WEATHER, HEADERS))).isEqualTo(fresh);
    assertThat(opener.ended).isEmpty();
  }

  @Test
  void aDoubtfulSessionIsAlsoEndedAtItsServer() throws InterruptedException {
    ServerSession used = session(sessions.session(client("a"), WEATHER, HEADERS));
    sessions.forget(client("a"), WEATHER, used, true);
    await()
        .untilAsserted(() -> assertThat(opener.ended).containsExactly("team-a/weather backend-1"));
  }

  @Test
  void allSessionsOfAClientEndWithIt() throws InterruptedException {
    var _ = sessions.session(client("a"), WEATHER, HEADERS);
    var _ = sessions.session(client("a"), FILES, HEADERS);
    var _ = sessions.session(client("b"), WEATHER, HEADERS);
    sessions.close("a");
    await()
        .untilAsserted(() ->
            assertThat(opener.ended)
                .containsExactlyInAnyOrder("team-a/weather backend-1", "team-a/files backend-2"));
    sessions.close("a");
    sessions.close("never there");
  }

  @Test
  void aServerThatMovedGetsANewSession() throws InterruptedException {
    var _ = sessions.session(client("a"), WEATHER, HEADERS);
    ServerConfig moved =
        new ServerConfig(
            WEATHER.name(), "http://other:1/mcp", WEATHER.hostname(), "wx_", null, true);
    assertThat(session(sessions.session(client("a"), moved, HEADERS)).id()).isEqualTo("backend-2");
    await()
        .untilAsserted(() -> assertThat(opener.ended).containsExactly("team-a/weather backend-1"));
  }

  @Test
  void theLongestUnusedClientMakesRoom() throws InterruptedException {
    for (String name : List.of("a", "b", "c", "a", "d")) {
      var _ = sessions.session(client(name), WEATHER, HEADERS);
    }
    await()
        .untilAsserted(() -> assertThat(opener.ended).containsExactly("team-a/weather backend-2"));
    assertThat(session(sessions.session(client("a"), WEATHER, HEADERS)).id())
        .isEqualTo("backend-1");
  }

  @Test
  void expiredClientsGoFirst() throws InterruptedException {
    var _ = sessions.session(client("a"), WEATHER, HEADERS);
    clock.now = clock.now.plus(Duration.ofHours(2));
    var _ = sessions.session(client("b"), WEATHER, HEADERS);
    await()
        .untilAsserted(() -> assertThat(opener.ended).containsExactly("team-a/weather backend-1"));
  }

  private Valid client(String id) {
    return new Valid(id, clock.now.plus(Duration.ofHours(1)), null, null);
  }

  private static Opened opened(String id) {
    return new Opened(new ServerSession(id, "2025-06-18"));
  }

  private static ServerSession session(Opening opening) {
    return ((Opened) opening).session();
  }

  private static Opening result(Future<Opening> call) {
    try {
      return call.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private static final class MovingClock extends Clock {
    private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
