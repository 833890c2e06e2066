package dev.mcpgateway.broker.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseTest {
  private static final String STREAM =
      "\ufeff: hello\r\nid: 7\r\ndata:\r\n\r\nevent: message\rdata: {\"a\":\rdata:  1}\r\r"
          + "data: é😀\nretry: 10\n\nignored\n\ndata\n\ndata: cut off";

  @Test
  void eventsAreTheSameHoweverTheBytesAreCut() throws IOException {
    byte[] bytes = STREAM.getBytes(UTF_8);
    List<SseEvent> expected =
        List.of(
            new SseEvent("message", "7", ""),
            new SseEvent("message", "7", "{\"a\":\n 1}"),
            new SseEvent("message", "7", "é😀"),
            new SseEvent("message", "7", ""));
    for (int cut = 0; cut <= bytes.length; cut++) {
      InputStream in =
          new SequenceInputStream(
              new ByteArrayInputStream(bytes, 0, cut),
              new ByteArrayInputStream(bytes, cut, bytes.length - cut));
      assertThat(all(new SseReader(in, 1000))).isEqualTo(expected);
    }
  }

  @Test
  void aLineOfAMegabyteIsRead() throws IOException {
    String data = "x".repeat(1 << 20);
    assertThat(all(reader(SseWriter.message(data.getBytes(UTF_8)), 2 << 20)))
        .containsExactly(new SseEvent("message", null, data));
  }

  @Test
  void anEventThatIsTooLargeEndsTheStream() {
    SseReader reader = reader("data: 12345\ndata: 67890\n\n".getBytes(UTF_8), 15);
    assertThatThrownBy(reader::next).isInstanceOf(IOException.class).hasMessageContaining("15");
  }

  @Test
  void commentsWithoutEndAreTooLargeAsWell() {
    SseReader reader = reader(": x\n".repeat(100).getBytes(UTF_8), 100);
    assertThatThrownBy(reader::next).isInstanceOf(IOException.class);
  }

  @Test
  void aLineEndInTheDataDoesNotEndTheEvent() throws IOException {
    byte[] event = SseWriter.message("a\r\nb\nc\rd".getBytes(UTF_8));
    assertThat(new String(event, UTF_8))
        .isEqualTo("event: message\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
    assertThat(all(reader(event, 100))).extracting(SseEvent::data).containsExactly("a\nb\nc\nd");
  }

  @Test
  void aCommentIsOneLine() {
    assertThat(new String(SseWriter.comment("x\ndata: y"), UTF_8)).isEqualTo(": x data: y\n\n");
  }

  private static SseReader reader(byte[] bytes, int max) {
    return new SseReader(new ByteArrayInputStream(bytes), max);
  }

  private static List<SseEvent> all(SseReader reader) throws IOException {
    List<SseEvent> events = new ArrayList<>();
    for (SseEvent event = reader.next(); event != null; event = reader.next()) {
      events.add(event);
    }
    return events;
  }
}
