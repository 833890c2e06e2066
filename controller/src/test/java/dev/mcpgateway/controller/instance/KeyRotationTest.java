package dev.mcpgateway.controller.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.AnsweringApi;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.secrets.KeysSecretWriter;
import dev.mcpgateway.controller.status.Announcement;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyRotationTest {
  private final AtomicInteger answer = new AtomicInteger();
  private final AnsweringApi api =
      new AnsweringApi(r -> r.method().equals("GET") ? 200 : answer.get());
  private final KeyRotation rotation =
      new KeyRotation(
          new KeysSecretWriter(
              api.client(), new Fence(() -> true), Clock.systemUTC(), new SecureRandom()),
          Clock.systemUTC(),
          RotationPlanner.Timing.DEFAULT);
  private final List<Announcement> told = new ArrayList<>();

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whatIsRefusedIsToldOnceForEachValue() throws IOException {
    assertThat(advance("one", 422)).isEqualTo(Outcome.FAILED);
    assertThat(told)
        .singleElement()
        .satisfies(a -> {
          assertThat(a.warning()).isTrue();
          assertThat(a.reason()).isEqualTo("KeysNotRotated");
          assertThat(a.message())
              .startsWith("Secret mcp-gateway-keys could not be changed: ")
              .contains("delete it");
        });
    assertThat(advance("one", 403)).isEqualTo(Outcome.FAILED);
    assertThat(told).hasSize(1);
    assertThat(advance("two", 422)).isEqualTo(Outcome.FAILED);
    assertThat(told).hasSize(2);
  }

  @Test
  void whatIsRefusedAfterAStepThatWasNotIsToldAgain() throws IOException {
    advance("one", 422);
    assertThat(advance("one", 200)).isEqualTo(Outcome.DONE);
    assertThat(told).hasSize(1);
    advance("one", 422);
    assertThat(told).hasSize(2);
  }

  private Outcome advance(String request, int code) throws IOException {
    answer.set(code);
    InstanceInputs some =
        Scenario.outlook(Path.of("src/test/resources/scenarios/nothing-to-do"))
            .instances()
            .values()
            .iterator()
            .next();
    ExtensionFacts holder = Objects.requireNonNull(some.holder());
    return rotation.advance(
        new InstanceInputs(
            some.namespace(),
            some.extensions(),
            new ExtensionFacts(
                holder.key(),
                holder.uid(),
                holder.created(),
                holder.deleting(),
                holder.gateway(),
                holder.generation(),
                request),
            some.wanted(),
            some.tooLarge(),
            some.storedConfig(),
            some.storedKeys(),
            some.rollout(),
            some.brokers(),
            some.ahead(),
            some.toolsServed()),
        told::add);
  }
}
