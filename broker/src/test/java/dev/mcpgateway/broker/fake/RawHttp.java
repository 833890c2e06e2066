package dev.mcpgateway.broker.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;

/**
 * HTTP/1.1 as bytes: sends what a well-behaved client would refuse to send. Every exchange has its
 * own connection and 10 s.
 */
public final class RawHttp {
  private static final int TIMEOUT_MILLIS = 10_000;

  private RawHttp() {}

  /**
   * An answer.
   *
   * @param head status line and headers
   */
  public record Answer(int status, String head, String body) {
    /** Value of the first header of this name, empty when absent. */
    public String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return "";
    }
  }

  /** Sends one request with a body, its length and {@code Connection: close}. */
  public static Answer send(int port, String requestLine, List<String> headers, byte[] body)
      throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes((requestLine + " HTTP/1.1\r\nConnection: close\r\n").getBytes(UTF_8));
    for (String header : headers) {
      request.writeBytes((header + "\r\n").getBytes(UTF_8));
    }
    request.writeBytes(("Content-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
    request.writeBytes(body);
    return send(port, request.toByteArray());
  }

  /** Sends bytes and reads until the peer closes. */
  public static Answer send(int port, byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return parse(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
    }
  }

  private static Answer parse(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Answer(0, answer, "");
    }
    String head = answer.substring(0, end);
    String body = new String(answer.substring(end + 4).getBytes(ISO_8859_1), UTF_8);
    return new Answer(Integer.parseInt(head.substring(9, 12)), head, body);
  }
}
