package dev.mcpgateway.local.node;

import static dev.mcpgateway.local.node.ProbeTally.Verdict.FAILURE;
import static dev.mcpgateway.local.node.ProbeTally.Verdict.SUCCESS;
import static dev.mcpgateway.local.node.ProbeTally.Verdict.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeTallyTest {
  @Test
  void onlyFailuresInARowCount() {
    var tally = new ProbeTally(3, 1);
    assertThat(tally.add(false)).isEqualTo(UNDECIDED);
    assertThat(tally.add(false)).isEqualTo(UNDECIDED);
    assertThat(tally.add(true)).isEqualTo(SUCCESS);
    assertThat(tally.add(false)).isEqualTo(UNDECIDED);
    assertThat(tally.add(false)).isEqualTo(UNDECIDED);
    assertThat(tally.add(false)).isEqualTo(FAILURE);
    assertThat(tally.add(false)).isEqualTo(FAILURE);
  }

  @Test
  void successMayNeedSeveralInARow() {
    var tally = new ProbeTally(1, 2);
    assertThat(tally.add(true)).isEqualTo(UNDECIDED);
    assertThat(tally.add(true)).isEqualTo(SUCCESS);
    assertThat(tally.add(false)).isEqualTo(FAILURE);
  }
}
