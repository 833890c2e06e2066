package dev.mcpgateway.broker.envoy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One HTTP/1.1 connection whose requests are exactly what a test writes: any Host, any header
 * twice, any bytes, which HTTP clients refuse to send.
 */
final class RawHttp implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  record Response(int status, List<String> headers, String body) {
    /** All values of a header, joined. */
    String header(String name) {
      String prefix = name.toLowerCase(Locale.ROOT) + ": ";
      return String.join(
          ",",
          headers.stream()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
              .map(line -> line.substring(prefix.length()))
              .toList());
    }
  }

  /** Sends a request; the body's length is added. */
  void send(String requestLine, String host, byte[] body, String... headers) throws IOException {
    StringBuilder head = new StringBuilder(requestLine).append(" HTTP/1.1\r\nHost: ").append(host);
    for (String header : headers) {
      head.append("\r\n").append(header);
    }
    if (body.length > 0) {
      head.append("\r\nContent-Length: ").append(body.length);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.append("\r\n\r\n").toString().getBytes(UTF_8));
    out.writeBytes(body);
    socket.getOutputStream().write(out.toByteArray());
  }

  /** Reads a whole response. */
  Response receive() throws IOException {
    Response head = receiveHead();
    return new Response(head.status(), head.headers(), new String(body(head), UTF_8));
  }

  /** Reads a response up to its body. */
  Response receiveHead() throws IOException {
    String statusLine = line();
    List<String> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      headers.add(line);
    }
    return new Response(Integer.parseInt(statusLine.substring(9, 12)), headers, "");
  }

  /** Reads the next chunk of a chunked body; empty at the end. */
  byte[] chunk() throws IOException {
    int size = Integer.parseInt(line(), 16);
    byte[] chunk = in.readNBytes(size);
    line();
    return chunk;
  }

  private byte[] body(Response head) throws IOException {
    if (!head.header("transfer-encoding").isEmpty()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
        all.writeBytes(chunk);
      }
      return all.toByteArray();
    }
    String length = head.header("content-length");
    return length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the connection ended within a response");
      }
      if (b == '\n') {
        return line.toString(ISO_8859_1).stripTrailing();
      }
      line.write(b);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
