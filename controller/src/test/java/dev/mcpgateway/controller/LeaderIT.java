package dev.mcpgateway.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.controller.leader.Leadership;
import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One controller acts, and another one takes over. Rows C10 and C11, as far as one JVM can. */
@ExtendWith(NeedsApiServer.class)
@EnableKubeAPIServer(
    apiServerFlags = {
      "--bind-address", "127.0.0.1",
      "--advertise-address", "127.0.0.1",
      "--endpoint-reconciler-type", "none"
    })
class LeaderIT {
  // Set by the annotation above.
  @SuppressWarnings("NullAway.Init")
  static KubernetesClient client;

  @SuppressWarnings("NullAway.Init") // set before any test
  static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = new Cluster(client);
    cluster.installCrds();
  }

  @AfterEach
  void forgetTheLease() {
    leases().delete();
  }

  @Test
  void aLeaderThatStopsHandsOverAtOnceAndTheSuccessorActs() {
    try (var second = new Closing()) {
      try (var first = RunningController.starting(client, "first", Clock.systemUTC())) {
        await().atMost(Duration.ofSeconds(30)).until(first::leading);
        second.running = RunningController.starting(client, "second", Clock.systemUTC());
        cluster.namespace("handover");
        cluster.gateway("handover", "g");
        cluster.extension("handover", "e", null, "g");
        cluster.isReadySoon("handover", "e");
        assertThat(second.running.leading()).isFalse();
      }
      RunningController successor = second.running;
      // A lease that is not given back ends 13 s after the leader's last renewal at the earliest.
      await().atMost(Duration.ofSeconds(12)).until(successor::leading);
      cluster.namespace("handover2");
      cluster.gateway("handover2", "g");
      cluster.extension("handover2", "e", null, "g");
      cluster.isReadySoon("handover2", "e");
    }
  }

  @Test
  void whoIsStartedAgainUnderTheSameNameLeadsWhenItHasRenewedItsLease() {
    // Its process was killed: the lease still names it.
    renewedBy("first", Duration.ZERO);
    try (var again = RunningController.starting(client, "first", Clock.systemUTC())) {
      await().atMost(Duration.ofSeconds(30)).until(again::leading);
      cluster.instance("again");
      assertThat(again.lost()).isFalse();
    }
  }

  @Test
  void aLeaderWhoseLeaseIsTakenIsTold() {
    try (var first = RunningController.starting(client, "first", Clock.systemUTC())) {
      await().atMost(Duration.ofSeconds(30)).until(first::leading);
      takeTheLease();
      await().atMost(Duration.ofSeconds(30)).until(first::lost);
      assertThat(first.leading()).isFalse();
    }
  }

  @Test
  void c11ALeaseIsJudgedByWhenItIsRenewedAndNotByAnybodysClock() {
    AtomicBoolean alive = new AtomicBoolean(true);
    AtomicInteger looks = new AtomicInteger();
    renewedBySomebody(Duration.ofMinutes(-10));
    try (FaultProxy proxy = new FaultProxy(client)) {
      // Its holder renews before each look, ten minutes behind; it ended long ago by its times.
      proxy.fate =
          r -> {
            if (r.lease() && !r.write() && alive.get()) {
              renewedBySomebody(Duration.ofMinutes(-10));
              looks.incrementAndGet();
            }
            return FaultProxy.PASS;
          };
      try (var candidate = RunningController.behind(proxy, "candidate", "mcp-controller")) {
        await().atMost(Duration.ofSeconds(60)).until(() -> looks.get() >= 4);
        assertThat(candidate.leading()).isFalse();
        assertThat(leases().get().getSpec().getHolderIdentity()).isEqualTo("somebody");
        // And it dies when its clock has been ten minutes ahead.
        alive.set(false);
        renewedBySomebody(Duration.ofMinutes(10));
        await().atMost(Duration.ofSeconds(30)).until(candidate::leading);
      }
    }
  }

  @Test
  void c11ALeaderWhoseElectorDoesNotGiveUpEndsWithItsLease() {
    AtomicLong ahead = new AtomicLong();
    AtomicInteger lost = new AtomicInteger();
    AtomicBoolean away = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    try (FaultProxy proxy = new FaultProxy(client);
        // Longer than anything here: the elector waits for its answer and looks at no clock.
        KubernetesClient patient = proxy.client(Duration.ofMinutes(5));
        Leadership leadership =
            new Leadership(
                patient,
                "default",
                "mcp-controller",
                "first",
                () -> {},
                lost::incrementAndGet,
                () -> System.nanoTime() + ahead.get())) {
      proxy.fate = r -> away.get() ? new FaultProxy.Fate.Hold(never) : FaultProxy.PASS;
      leadership.start();
      await().atMost(Duration.ofSeconds(30)).until(leadership::held);
      away.set(true);
      ahead.set(Leadership.LEASE.toNanos());
      assertThat(leadership.held()).isFalse();
      await().atMost(Duration.ofSeconds(30)).until(() -> lost.get() == 1);
      assertThat(leadership.leading()).isFalse();
      away.set(false);
      never.countDown();
    }
    assertThat(lost).hasValue(1);
  }

  @Test
  void aLeaseThatWasTakenWithoutAnAnswerIsHeldAllTheSame() {
    AtomicInteger writes = new AtomicInteger();
    try (FaultProxy proxy = new FaultProxy(client)) {
      proxy.fate =
          r ->
              r.lease() && r.write() && writes.incrementAndGet() == 1
                  ? new FaultProxy.Fate.PassThenCut()
                  : FaultProxy.PASS;
      try (var first = RunningController.behind(proxy, "first", "mcp-controller")) {
        await().atMost(Duration.ofSeconds(60)).until(() -> first.leading() || first.lost());
        // Some renewals later.
        await().atMost(Duration.ofSeconds(60)).until(() -> writes.get() >= 4);
        assertThat(first.lost()).isFalse();
        assertThat(first.leading()).isTrue();
      }
    }
  }

  @Test
  void c11ADeletedLeaseIsMadeAnewByItsHolder() {
    try (var first = RunningController.starting(client, "first", Clock.systemUTC())) {
      await().atMost(Duration.ofSeconds(30)).until(first::leading);
      leases().delete();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> {
            Lease lease = leases().get();
            return lease != null && "first".equals(lease.getSpec().getHolderIdentity());
          });
      assertThat(first.lost()).isFalse();
    }
  }

  @Test
  void theManagementEndpointsTellWhatTheyShould() {
    try (var first = RunningController.acting(client)) {
      assertThat(first.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(first.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(first.get("/metrics").body())
          .contains("mcp_controller_leading 1.0")
          .contains("mcp_gateway_extensions{reason=\"ValidMCPGatewayExtension\"}");
    }
  }

  /** Somebody holds the lease for two seconds from now on, by a clock that is off. */
  private static void renewedBySomebody(Duration off) {
    renewedBy("somebody", off);
  }

  private static void renewedBy(String holder, Duration off) {
    client
        .resource(
            new LeaseBuilder()
                .withMetadata(Cluster.meta("default", "mcp-controller"))
                .withNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds(2)
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).plus(off))
                .endSpec()
                .build())
        .serverSideApply();
  }

  /** Whatever is being renewed at the same moment. */
  private static void takeTheLease() {
    var somebody =
        new LeaseBuilder()
            .withNewMetadata()
            .withName("mcp-controller")
            .withNamespace("default")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("somebody")
            .endSpec()
            .build();
    client
        .resource(somebody)
        .patch(new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build());
  }

  private static io.fabric8.kubernetes.client.dsl.Resource<Lease> leases() {
    return client.leases().inNamespace("default").withName("mcp-controller");
  }

  /** Closes what the test starts later. */
  private static final class Closing implements AutoCloseable {
    @SuppressWarnings("NullAway.Init") // set by the test
    private RunningController running;

    @Override
    public void close() {
      if (running != null) {
        running.close();
      }
    }
  }
}
