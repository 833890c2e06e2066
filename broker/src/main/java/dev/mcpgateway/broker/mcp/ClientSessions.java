package dev.mcpgateway.broker.mcp;

import dev.mcpgateway.broker.session.SessionTokens;
import dev.mcpgateway.broker.session.SessionVerdict;
import dev.mcpgateway.broker.session.SessionVerdict.Invalid;
import dev.mcpgateway.broker.session.SessionVerdict.Valid;
import dev.mcpgateway.broker.session.SessionVerifier;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sessions of clients with this gateway (MCP 2025-11-25, Session Management). A session is its
 * signed token; only the sessions that clients ended before their time are remembered, on this
 * replica, and no more than {@link #MAX_ENDED}: beyond that the oldest entry goes, and its session
 * lives on until it expires.
 */
public final class ClientSessions implements SessionVerifier {
  /** Most ended sessions that are remembered. */
  static final int MAX_ENDED = 100_000;

  private final SessionTokens tokens;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Instant> ended = new LinkedHashMap<>();
  private final AtomicLong issued = new AtomicLong();

  public ClientSessions(SessionTokens tokens, Clock clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  /** Opens a session and gives its id. */
  String issue(String protocolVersion) {
    issued.incrementAndGet();
    return tokens.issue(null, protocolVersion);
  }

  @Override
  public SessionVerdict verify(String token) {
    SessionVerdict verdict = tokens.verify(token);
    return verdict instanceof Valid valid && isEnded(valid) ? new Invalid("ended") : verdict;
  }

  /** Ends a session before its time. */
  void end(Valid session) {
    lock.lock();
    try {
      Instant now = clock.instant();
      Iterator<Instant> oldest = ended.values().iterator();
      while (oldest.hasNext() && (!oldest.next().isAfter(now) || ended.size() >= MAX_ENDED)) {
        oldest.remove();
      }
      ended.put(session.sessionId(), session.expiresAt());
    } finally {
      lock.unlock();
    }
  }

  /** Sessions opened since the start. */
  long issued() {
    return issued.get();
  }

  private boolean isEnded(Valid session) {
    lock.lock();
    try {
      return ended.containsKey(session.sessionId());
    } finally {
      lock.unlock();
    }
  }
}
