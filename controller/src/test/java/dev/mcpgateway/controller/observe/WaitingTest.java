package dev.mcpgateway.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.rules.RegistrationProblem;
import dev.mcpgateway.controller.api.rules.RegistrationRules.Resolution;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When what was said of an object stays, because what is known now would be told too early. */
class WaitingTest {
  private static final ObjectKey KEY = new ObjectKey("team", "s");
  private static final Resolution SERVED =
      new Resolution.Served(List.of(new ObjectKey("team", "e")), "http://s/mcp", "s.example", null);
  private static final Rollout KNOWN = new Rollout(2, 1, null);
  private static final Rollout UNHEARD = new Rollout(2, 1, 1, null);

  @Test
  void aRegistrationWaitsForItsConfigurationAndForTheFirstWordOfEveryBroker() {
    assertThat(registration(SERVED, Presence.STORED, KNOWN).waits()).isFalse();
    assertThat(registration(SERVED, Presence.PENDING, KNOWN).waits()).isTrue();
    assertThat(registration(SERVED, Presence.STORED, KNOWN, UNHEARD).waits()).isTrue();
  }

  @Test
  void aRegistrationWaitsForNothingThatWouldNotHelpIt() {
    assertThat(registration(SERVED, Presence.TOO_LARGE, UNHEARD).waits()).isFalse();
    Resolution gone = new Resolution.NotServed(new RegistrationProblem.RouteMissing(KEY));
    assertThat(registration(gone, Presence.PENDING).waits()).isFalse();
  }

  @Test
  void aVirtualServerWaitsAsItsToolsAreComparedWithWhatBrokersSay() {
    assertThat(virtualServer(true, Presence.STORED, false).settling()).isFalse();
    assertThat(virtualServer(true, Presence.PENDING, false).settling()).isTrue();
    assertThat(virtualServer(true, Presence.STORED, true).settling()).isTrue();
    assertThat(virtualServer(true, Presence.TOO_LARGE, true).settling()).isFalse();
    assertThat(virtualServer(false, Presence.PENDING, false).settling()).isFalse();
  }

  private static RegistrationInputs registration(
      Resolution resolution, Presence presence, Rollout... rollouts) {
    return new RegistrationInputs(
        new RegistrationFacts(
            KEY, "uid", Instant.EPOCH, false, 1, new ObjectKey("team", "r"), "", "/mcp", null),
        resolution,
        presence,
        List.of(),
        List.of(rollouts).stream().map(r -> new Reach(r, 0, null, null)).toList());
  }

  private static VirtualServerInputs virtualServer(
      boolean served, Presence presence, boolean awaited) {
    return new VirtualServerInputs(
        new VirtualServerFacts(KEY, "uid", false, 1, List.of("tool")),
        true,
        served,
        presence,
        awaited,
        null);
  }
}
