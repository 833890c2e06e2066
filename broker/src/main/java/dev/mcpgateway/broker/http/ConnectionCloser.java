package dev.mcpgateway.broker.http;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.function.BooleanSupplier;

/**
 * Closes connections that one side wants closed (RFC 9112 §9.6). Helidon 4.5 writes the header and
 * then reads on: what is left of a refused body would be taken for the next request.
 */
public final class ConnectionCloser implements Filter {
  private final BooleanSupplier draining;

  /**
   * @param draining whether the process is about to stop: the client's next request is for another
   *     replica
   */
  public ConnectionCloser(BooleanSupplier draining) {
    this.draining = draining;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest req, RoutingResponse res) {
    if (draining.getAsBoolean()) {
      res.header(HeaderValues.CONNECTION_CLOSE);
    }
    chain.proceed();
    if (res.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
        || req.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      throw new CloseConnectionException("one side asked for it");
    }
  }
}
