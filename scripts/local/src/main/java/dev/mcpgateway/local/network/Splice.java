package dev.mcpgateway.local.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Connects two sockets with each other until both sides have said all they had to say. */
final class Splice {
  private static final int BUFFER_BYTES = 32 * 1024;

  private Splice() {}

  /** Returns when both directions have ended; closes both sockets. */
  static void run(SocketChannel a, SocketChannel b) {
    try (a;
        b) {
      var back = Thread.ofVirtual().start(() -> copy(b, a));
      copy(a, b);
      back.join();
    } catch (IOException e) {
      // Closing a socket that the peer has already torn down is the normal end of a connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Copies one direction. An end of input is passed on as such (half close), an error ends both
   * directions.
   */
  private static void copy(SocketChannel from, SocketChannel to) {
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }
}
