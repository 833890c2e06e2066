package dev.mcpgateway.broker.mcp;

import io.helidon.http.Header;
import io.helidon.http.Headers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Headers of one request.
 *
 * @param values by lower-case name, every line its own value
 */
record RequestHeaders(Map<String, List<String>> values) {

  static RequestHeaders of(Headers headers) {
    Map<String, List<String>> values = new HashMap<>();
    for (Header header : headers) {
      values
          .computeIfAbsent(header.headerName().lowerCase(), name -> new ArrayList<>())
          .addAll(header.allValues());
    }
    return new RequestHeaders(values);
  }

  /** All values, in order. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** The first value without outer white space, or null when there is none. */
  @Nullable String first(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? null : all.getFirst().strip();
  }

  /** Names only: values are credentials and what users say. */
  @Override
  public String toString() {
    return "RequestHeaders" + values.keySet();
  }
}
