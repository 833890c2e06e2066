package dev.mcpgateway.broker.api.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PushCodecTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void requestsAreReadBack() {
    PushRequest apply = PushRequest.apply(7, "servers: []\n".getBytes(UTF_8));
    PushRequest report = PushRequest.report("boot-1", Duration.ofSeconds(30));
    assertThat(PushCodec.readRequest(PushCodec.write(apply))).isEqualTo(apply);
    assertThat(PushCodec.readRequest(PushCodec.write(report))).isEqualTo(report);
  }

  @Test
  void repliesAreReadBack() {
    PushReply full =
        new PushReply(
            PushReply.Outcome.REFUSED,
            "servers must be a list",
            new BrokerReport(
                "boot-2",
                6,
                "abc",
                "servers must be a list",
                List.of(
                    new ServerReport(
                        "team-a/wx",
                        true,
                        true,
                        "2025-11-25",
                        1,
                        List.of("wx_today"),
                        List.of("wx_now"),
                        "fine",
                        null),
                    new ServerReport(
                        "team-a/x", false, false, null, 0, List.of(), List.of(), "away", "away")),
                1,
                AT));
    assertThat(PushCodec.readReply(PushCodec.write(full))).isEqualTo(full);
  }

  @Test
  void theTextIsTheContract() {
    PushReply reply =
        new PushReply(
            PushReply.Outcome.CURRENT,
            null,
            new BrokerReport("boot-1", 1, "abc", null, List.of(), 0, AT));
    assertThat(new String(PushCodec.write(reply), UTF_8))
        .isEqualTo(
            "{\"outcome\":\"CURRENT\",\"report\":{\"revision\":\"boot-1\",\"version\":1,"
                + "\"hash\":\"abc\",\"servers\":[],\"toolsServed\":0,"
                + "\"at\":\"2026-01-02T03:04:05Z\"}}");
  }

  @Test
  void fieldsOfANewerPeerAreIgnored() {
    assertThat(
            PushCodec.readRequest(
                "{\"version\":1,\"seenRevision\":\"\",\"waitMillis\":5,\"new\":{\"a\":[1]}}"
                    .getBytes(UTF_8)))
        .isEqualTo(new PushRequest(1, null, "", 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"version\":1,\"seenRevision\":\"\"}",
        "{\"version\":1,\"seenRevision\":null,\"waitMillis\":5}",
        "{\"version\":\"1\",\"seenRevision\":\"\",\"waitMillis\":5}",
        "{\"version\":1,\"version\":2,\"seenRevision\":\"\",\"waitMillis\":5}",
        "{\"version\":1,\"seenRevision\":\"\",\"waitMillis\":-1}",
        "{\"version\":1,\"seenRevision\":\"\",\"waitMillis\":30001}",
        "{\"version\":1,\"seenRevision\":\"\",\"waitMillis\":5}{}",
        "{\"version\":1,\"seenRevision\":\"\",\"waitMillis\":5,\"x\":[[[[[[[[[[]]]]]]]]]]}",
        "{\"version\":1,\"seenRevision\":\"\",\"waitMillis\":5,\"document\":{\"s3cr3t\":1}}",
      })
  void whatIsNoRequestIsRefusedWithoutQuotingIt(String json) {
    assertThatThrownBy(() -> PushCodec.readRequest(json.getBytes(UTF_8)))
        .isInstanceOf(InvalidPushException.class)
        .hasMessage("not a request")
        .hasNoCause();
  }

  @Test
  void aReplyWithAWrongInstantOrAnUnknownOutcomeIsRefused() {
    String report =
        "{\"revision\":\"r\",\"version\":1,\"hash\":\"\",\"servers\":[],\"toolsServed\":0,"
            + "\"at\":\"%s\"}";
    String reply = "{\"outcome\":\"%s\",\"report\":" + report + "}";
    assertThat(PushCodec.readReply(reply.formatted("OLDER", AT).getBytes(UTF_8)).report().at())
        .isEqualTo(AT);
    assertThatThrownBy(() -> PushCodec.readReply(reply.formatted("OLDER", "noon").getBytes(UTF_8)))
        .isInstanceOf(InvalidPushException.class);
    assertThatThrownBy(() -> PushCodec.readReply(reply.formatted("ELSE", AT).getBytes(UTF_8)))
        .isInstanceOf(InvalidPushException.class);
  }

  @Test
  void noTextShowsTheDocument() {
    assertThat(PushRequest.apply(1, "s3cr3t".getBytes(UTF_8)).toString())
        .doesNotContain("s3cr3t")
        .contains("document=present");
  }
}
