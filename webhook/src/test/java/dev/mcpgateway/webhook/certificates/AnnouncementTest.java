package dev.mcpgateway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Announcement announcement = new Announcement();

  @Test
  void itCountsFromTheFirstRoundThatSeesIt() {
    assertThat(announcement.seen("old", false, START)).isNull();
    assertThat(announcement.seen("old", true, START.plusSeconds(10)))
        .isEqualTo(START.plusSeconds(10));
    assertThat(announcement.seen("old", true, START.plusSeconds(20)))
        .isEqualTo(START.plusSeconds(10));
  }

  @Test
  void itCountsAnewForOtherAuthoritiesAfterABreakAndWhenTheClockWentBack() {
    announcement.seen("old", true, START);
    assertThat(announcement.seen("new", true, START.plusSeconds(10)))
        .isEqualTo(START.plusSeconds(10));
    assertThat(announcement.seen("new", false, START.plusSeconds(20))).isNull();
    assertThat(announcement.seen("new", true, START.plusSeconds(30)))
        .isEqualTo(START.plusSeconds(30));
    assertThat(announcement.seen("new", true, START)).isEqualTo(START);
  }
}
