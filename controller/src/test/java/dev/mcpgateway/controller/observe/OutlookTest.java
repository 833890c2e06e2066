package dev.mcpgateway.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutlookTest {
  private static final ObjectKey KEY = new ObjectKey("team", "tools");
  private static final WorkKey WORK = new WorkKey.VirtualServer(KEY);

  @Test
  void whatIsNewChangedOrVanishedGetsAPassAndNothingElse() {
    Outlook one = outlook(Presence.PENDING);
    assertThat(one.changedSince(Outlook.EMPTY)).containsExactly(WORK);
    assertThat(one.changedSince(outlook(Presence.PENDING))).isEmpty();
    assertThat(outlook(Presence.STORED).changedSince(one)).containsExactly(WORK);
    assertThat(Outlook.EMPTY.changedSince(one)).containsExactly(WORK);
  }

  private static Outlook outlook(Presence presence) {
    VirtualServerFacts facts = new VirtualServerFacts(KEY, "uid", false, 1, List.of("tool"));
    return new Outlook(
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(KEY, new VirtualServerInputs(facts, true, true, presence, false, null)));
  }
}
