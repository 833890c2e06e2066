package dev.mcpgateway.broker.route;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Headers of one HTTP request, names in lower case, pseudo headers among them (RFC 9113 §8.3.1).
 * Values are characters 0–255, one per byte, as they came.
 */
public final class RequestHead {
  private final Map<String, List<String>> headers;
  private final boolean ended;

  private RequestHead(Map<String, List<String>> headers, boolean ended) {
    this.headers = headers;
    this.ended = ended;
  }

  /** Collects headers in the order in which they came. */
  public static Builder builder() {
    return new Builder();
  }

  /** {@code :method}, empty when absent. */
  public String method() {
    return firstOr(":method");
  }

  /** {@code :authority}, or {@code host} where there is none; empty when absent. */
  public String authority() {
    return has(":authority") ? firstOr(":authority") : firstOr("host");
  }

  /** {@code :path} without its query, empty when absent. */
  public String path() {
    String path = firstOr(":path");
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  /** Whether no body follows. */
  public boolean ended() {
    return ended;
  }

  /** Whether the header is there. */
  public boolean has(String name) {
    return headers.containsKey(name);
  }

  /** The header's first value, or null. */
  public @Nullable String first(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.getFirst();
  }

  /** How often the header is there. */
  public int count(String name) {
    List<String> values = headers.get(name);
    return values == null ? 0 : values.size();
  }

  /** All names. */
  public Set<String> names() {
    return Collections.unmodifiableSet(headers.keySet());
  }

  private String firstOr(String name) {
    String value = first(name);
    return value == null ? "" : value;
  }

  /** Names only: values carry tokens. */
  @Override
  public String toString() {
    return "RequestHead" + headers.keySet();
  }

  /** Builds a {@link RequestHead}. */
  public static final class Builder {
    private final Map<String, List<String>> headers = new LinkedHashMap<>();

    private Builder() {}

    /** Adds one header line. */
    public Builder add(String name, String value) {
      headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>(1)).add(value);
      return this;
    }

    /**
     * The head.
     *
     * @param ended whether no body follows
     */
    public RequestHead build(boolean ended) {
      return new RequestHead(headers, ended);
    }
  }
}
