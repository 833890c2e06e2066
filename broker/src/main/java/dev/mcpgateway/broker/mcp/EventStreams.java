package dev.mcpgateway.broker.mcp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The streams clients listen on, one per session: a new one ends its predecessor, because a client
 * that comes again has usually lost the first, which would otherwise stay until a write fails.
 */
public final class EventStreams {
  private final int capacity;
  private final Map<String, EventStream> streams = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param capacity most streams at one time
   */
  public EventStreams(int capacity) {
    this.capacity = capacity;
  }

  /** A new stream for a session, or null when there are too many or the process ends. */
  @Nullable EventStream open(String sessionId) {
    if (closed || (streams.size() >= capacity && !streams.containsKey(sessionId))) {
      return null;
    }
    EventStream stream = new EventStream();
    EventStream previous = streams.put(sessionId, stream);
    if (previous != null) {
      previous.end();
    }
    if (closed) {
      stream.end();
    }
    return stream;
  }

  /** The stream is no longer written. */
  void closed(String sessionId, EventStream stream) {
    streams.remove(sessionId, stream);
  }

  /** Ends the stream of a session, if it has one. */
  void end(String sessionId) {
    EventStream stream = streams.get(sessionId);
    if (stream != null) {
      stream.end();
    }
  }

  /** Tells every client that the list of tools changed. */
  public void announceListChange() {
    streams.values().forEach(EventStream::listChanged);
  }

  /** Ends all streams and opens no more. */
  public void endAll() {
    closed = true;
    streams.values().forEach(EventStream::end);
  }

  /** Streams that are open now. */
  int size() {
    return streams.size();
  }
}
