package dev.mcpgateway.local.network;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A server on a loopback alias that answers with its name, the path and one header. */
record Echo(HttpServer server) implements AutoCloseable {
  static Echo start(String address, String name) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(address, 0), 16);
    server.createContext(
        "/",
        exchange -> {
          var text =
              name
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Host");
          var body = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return new Echo(server);
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
