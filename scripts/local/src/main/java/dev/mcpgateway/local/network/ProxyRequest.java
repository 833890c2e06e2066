package dev.mcpgateway.local.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * The head of a request to an HTTP proxy (RFC 9110 §7.3.3 and §9.3.6, RFC 9112 §3.2.2).
 *
 * @param forward bytes to send to the target first: for {@code CONNECT} what the client sent ahead,
 *     otherwise the request in origin form, with its connection limited to this one exchange
 */
record ProxyRequest(boolean connect, String host, int port, ByteBuffer forward) {
  private static final int LIMIT_BYTES = 64 * 1024;
  private static final int HTTP_PORT = 80;
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "proxy-connection", "proxy-authorization", "upgrade", "http2-settings");

  static ProxyRequest read(ReadableByteChannel in) throws IOException {
    var seen = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(4096);
    int end;
    while ((end = seen.toString(StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n")) < 0) {
      if (in.read(buffer.clear()) < 0 || seen.size() > LIMIT_BYTES) {
        throw new IOException("no complete request head");
      }
      seen.write(buffer.array(), 0, buffer.position());
    }
    var head = seen.toString(StandardCharsets.ISO_8859_1).substring(0, end);
    var all = seen.toByteArray();
    var rest = java.util.Arrays.copyOfRange(all, end + 4, all.length);
    return parse(head, rest);
  }

  static ProxyRequest parse(String head, byte[] rest) throws IOException {
    var lines = head.split("\r\n", -1);
    var start = lines[0].split(" ", -1);
    if (start.length != 3) {
      throw new IOException("not a request line");
    }
    if (start[0].equals("CONNECT")) {
      int colon = start[1].lastIndexOf(':');
      return new ProxyRequest(
          true,
          start[1].substring(0, colon),
          Integer.parseInt(start[1].substring(colon + 1)),
          ByteBuffer.wrap(rest));
    }
    var target = URI.create(start[1]);
    if (target.getHost() == null) {
      throw new IOException("not a request to a proxy");
    }
    int port = target.getPort() < 0 ? HTTP_PORT : target.getPort();
    var path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    var query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
    var origin = new StringBuilder(start[0] + " " + path + query + " " + start[2] + "\r\n");
    for (int i = 1; i < lines.length; i++) {
      var name = lines[i].split(":", 2)[0].strip().toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(name)) {
        origin.append(lines[i]).append("\r\n");
      }
    }
    origin.append("Connection: close\r\n\r\n");
    var forward = new ByteArrayOutputStream();
    forward.writeBytes(origin.toString().getBytes(StandardCharsets.ISO_8859_1));
    forward.writeBytes(rest);
    return new ProxyRequest(false, target.getHost(), port, ByteBuffer.wrap(forward.toByteArray()));
  }
}
