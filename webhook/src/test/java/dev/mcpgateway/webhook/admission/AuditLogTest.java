package dev.mcpgateway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.webhook.admission.AdmissionRequest.Operation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class AuditLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void aDecisionIsOneLineThatSaysWhoWantedWhatAndWhichRuleAnswered() {
    AuditLog.decided(
        Reviews.request(Operation.UPDATE, new ObjectKey("team-a", "gateway")),
        AdmissionDecision.denied("GatewayTaken", "What and remedy.", List.of("a warning")),
        Duration.ofMillis(7));
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getKeyValuePairs())
        .extracting(AuditLogTest::text)
        .containsExactly(
            "uid=uid",
            "user=alice",
            "operation=UPDATE",
            "group=mcp.kagenti.com",
            "kind=MCPGatewayExtension",
            "object=team-a/gateway",
            "dryRun=false",
            "verdict=denied",
            "rule=GatewayTaken",
            "micros=7000");
  }

  @Test
  void aReviewWithoutADecisionHasItsLineAsWell() {
    AuditLog.failed(
        Reviews.request(Operation.CREATE, new ObjectKey("team-a", "gateway")),
        500,
        "WorldUnavailable",
        Duration.ofMillis(7));
    AuditLog.failed(null, 503, "Overloaded", Duration.ofMillis(1));
    assertThat(lines.list).hasSize(2);
    assertThat(lines.list.getFirst().getKeyValuePairs())
        .extracting(AuditLogTest::text)
        .contains("uid=uid", "user=alice", "object=team-a/gateway", "status=500")
        .contains("verdict=failed", "rule=WorldUnavailable", "micros=7000");
    assertThat(lines.list.getLast().getKeyValuePairs())
        .extracting(AuditLogTest::text)
        .containsExactly("verdict=failed", "rule=Overloaded", "status=503", "micros=1000");
  }

  private static String text(KeyValuePair pair) {
    return pair.key + "=" + pair.value;
  }
}
