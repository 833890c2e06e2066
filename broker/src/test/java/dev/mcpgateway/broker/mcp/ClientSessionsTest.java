package dev.mcpgateway.broker.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.broker.fake.MutableClock;
import dev.mcpgateway.broker.session.KeyRing;
import dev.mcpgateway.broker.session.SessionTokens;
import dev.mcpgateway.broker.session.SessionVerdict.Invalid;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClientSessionsTest {
  private static final KeyRing KEYS = new KeyRing(new byte[32], new byte[32], new byte[32]);

  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final SessionTokens tokens =
      new SessionTokens(() -> KEYS, "gw", Duration.ofHours(1), clock);
  private final ClientSessions sessions = new ClientSessions(tokens, clock);

  @Test
  void anEndedSessionStaysEndedAndOthersDoNotNotice() {
    String ended = sessions.issue("2025-11-25");
    String other = sessions.issue("2025-11-25");
    sessions.end(valid(ended));
    assertThat(sessions.verify(ended)).isEqualTo(new Invalid("ended"));
    assertThat(sessions.verify(other)).isInstanceOf(Valid.class);
    assertThat(sessions.issued()).isEqualTo(2);
  }

  @Test
  void onlySoManyEndsAreRememberedTheOldestGoesFirst() {
    String first = sessions.issue("2025-11-25");
    Valid template = valid(first);
    sessions.end(template);
    for (int i = 1; i < ClientSessions.MAX_ENDED; i++) {
      sessions.end(new Valid("id" + i, template.expiresAt(), null, null));
    }
    assertThat(sessions.verify(first)).isInstanceOf(Invalid.class);
    sessions.end(new Valid("one more", template.expiresAt(), null, null));
    assertThat(sessions.verify(first)).isInstanceOf(Valid.class);
  }

  private Valid valid(String token) {
    return sessions.verify(token) instanceof Valid valid ? valid : failed();
  }

  private static Valid failed() {
    throw new AssertionError("the session should be good");
  }
}
