package dev.mcpgateway.broker.backend;

import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.backend.Opening.Opened;
import dev.mcpgateway.broker.route.ServerSession;
import dev.mcpgateway.broker.session.SessionVerdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who has which session with which server. Bounded: client sessions that have expired go, and when
 * there are too many, the longest unused one. Every operation is short; nothing is called under the
 * lock.
 */
final class SessionTable {
  private static final Duration SWEEP = Duration.ofSeconds(30);

  private final int capacity;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<String, ClientEntry> clients = new LinkedHashMap<>(16, 0.75f, true);
  private Instant nextSweep = Instant.EPOCH;

  SessionTable(int capacity, Clock clock) {
    this.capacity = capacity;
    this.clock = clock;
  }

  private record ClientEntry(Instant expiresAt, Map<String, SessionSlot> slots) {}

  /**
   * @param first whether the caller is the one who has to open the session
   * @param evicted slots that had to go
   */
  record Claim(SessionSlot slot, boolean first, List<SessionSlot> evicted) {}

  /** The slot for this pair; a new one when there is none or it leads elsewhere. */
  Claim claim(SessionVerdict.Valid client, ServerConfig server) {
    lock.lock();
    try {
      ClientEntry entry = clients.get(client.sessionId());
      SessionSlot slot = entry == null ? null : entry.slots().get(server.name());
      if (slot != null && slot.leadsTo(server)) {
        return new Claim(slot, false, List.of());
      }
      List<SessionSlot> evicted = entry == null ? makeRoom() : new ArrayList<>();
      if (slot != null) {
        evicted.add(slot);
      }
      SessionSlot fresh = new SessionSlot(client.sessionId(), server);
      clients
          .computeIfAbsent(
              client.sessionId(), id -> new ClientEntry(client.expiresAt(), new HashMap<>()))
          .slots()
          .put(server.name(), fresh);
      return new Claim(fresh, true, evicted);
    } finally {
      lock.unlock();
    }
  }

  /** Drops this very slot, if it is still there. */
  void drop(SessionSlot slot) {
    lock.lock();
    try {
      ClientEntry entry = clients.get(slot.clientSessionId());
      if (entry != null && entry.slots().remove(slot.server().name(), slot)) {
        removeIfEmpty(slot.clientSessionId(), entry);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops the slot of this pair if it holds exactly this session. */
  @Nullable SessionSlot drop(String clientSessionId, String server, ServerSession session) {
    lock.lock();
    try {
      ClientEntry entry = clients.get(clientSessionId);
      SessionSlot slot = entry == null ? null : entry.slots().get(server);
      if (entry == null || slot == null || !new Opened(session).equals(slot.now())) {
        return null;
      }
      entry.slots().remove(server);
      removeIfEmpty(clientSessionId, entry);
      return slot;
    } finally {
      lock.unlock();
    }
  }

  /** Drops everything of a client's session. */
  List<SessionSlot> dropAll(String clientSessionId) {
    lock.lock();
    try {
      ClientEntry entry = clients.remove(clientSessionId);
      return entry == null ? List.of() : List.copyOf(entry.slots().values());
    } finally {
      lock.unlock();
    }
  }

  /** Number of client sessions. */
  int size() {
    lock.lock();
    try {
      return clients.size();
    } finally {
      lock.unlock();
    }
  }

  private void removeIfEmpty(String clientSessionId, ClientEntry entry) {
    if (entry.slots().isEmpty()) {
      clients.remove(clientSessionId);
    }
  }

  private List<SessionSlot> makeRoom() {
    List<SessionSlot> evicted = new ArrayList<>();
    Instant now = clock.instant();
    if (!now.isBefore(nextSweep)) {
      nextSweep = now.plus(SWEEP);
      remove(entry -> !now.isBefore(entry.expiresAt()), Integer.MAX_VALUE, evicted);
    }
    // Iteration starts with the longest unused.
    remove(entry -> true, clients.size() - capacity + 1, evicted);
    return evicted;
  }

  private void remove(Predicate<ClientEntry> which, int atMost, List<SessionSlot> removed) {
    Iterator<ClientEntry> all = clients.values().iterator();
    for (int left = atMost; left > 0 && all.hasNext(); ) {
      ClientEntry entry = all.next();
      if (which.test(entry)) {
        removed.addAll(entry.slots().values());
        all.remove();
        left--;
      }
    }
  }
}
