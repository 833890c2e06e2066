package dev.mcpgateway.broker.api.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
                3,
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

  @ParameterizedTest
  @MethodSource
  void aReplyThatWouldMakeAStatusUnwritableIsRefusedAsAWhole(String from, String to) {
    String reply = new String(PushCodec.write(reply(server("a/b", "2025-11-25", "fine"))), UTF_8);
    assertThat(PushCodec.readReply(reply.getBytes(UTF_8)).report().servers()).hasSize(1);
    assertThat(reply).contains(from);
    String forged = reply.replace(from, to);
    assertThatThrownBy(() -> PushCodec.readReply(forged.getBytes(UTF_8)))
        .isInstanceOf(InvalidPushException.class)
        .hasMessage("not a reply")
        .hasNoCause();
  }

  static Stream<Arguments> aReplyThatWouldMakeAStatusUnwritableIsRefusedAsAWhole() {
    String server = "{\"name\":\"a/b\",\"connected\":true,\"ready\":true,";
    return Stream.of(
        arguments("2025-11-25", "x".repeat(65)),
        arguments("2025-11-25", ""),
        arguments("2025-11-25", "\\ud83d"),
        arguments("\"toolCount\":1", "\"toolCount\":-1"),
        arguments("\"toolsServed\":1", "\"toolsServed\":-1"),
        arguments("\"toolsServed\":1", "\"toolsServed\":1,\"serversOmitted\":0"),
        arguments("\"version\":1", "\"version\":-1"),
        arguments("\"revision\":\"boot-1\"", "\"revision\":\"%s\"".formatted("r".repeat(129))),
        arguments("\"hash\":\"abc\"", "\"hash\":\"%s\"".formatted("a".repeat(129))),
        arguments("\"tools\":[", "\"tools\":[" + "\"t\",".repeat(1_000)),
        arguments("\"conflictingTools\":[", "\"conflictingTools\":[" + "\"t\",".repeat(100)),
        arguments(
            server,
            server
                + "\"toolCount\":0,\"tools\":[],\"conflictingTools\":[],\"message\":\"\"},"
                + server));
  }

  @Test
  void wordsAreCutWhereTheyAreRead() {
    String endless = "\ud83d\udee0".repeat(5_000);
    PushReply read = PushCodec.readReply(PushCodec.write(reply(server("a/b", null, endless))));
    assertThat(read.report().servers().getFirst().message())
        .hasSizeBetween(1_999, 2_000)
        .endsWith("\udee0…");
    String report = new String(PushCodec.write(reply()), UTF_8);
    String error = "{\"error\":\"%s\",".formatted(endless);
    assertThat(PushCodec.readReply(report.replaceFirst("\\{", error).getBytes(UTF_8)).error())
        .hasSizeBetween(1_999, 2_000);
  }

  private static PushReply reply(ServerReport... servers) {
    return new PushReply(
        PushReply.Outcome.CURRENT,
        null,
        new BrokerReport("boot-1", 1, "abc", null, List.of(servers), 1, AT));
  }

  private static ServerReport server(
      String name, @Nullable String protocolVersion, String message) {
    return new ServerReport(
        name, true, true, protocolVersion, 1, List.of("t"), List.of("c"), message, null);
  }

  @Test
  void noTextShowsTheDocument() {
    assertThat(PushRequest.apply(1, "s3cr3t".getBytes(UTF_8)).toString())
        .doesNotContain("s3cr3t")
        .contains("document=present");
  }
}
