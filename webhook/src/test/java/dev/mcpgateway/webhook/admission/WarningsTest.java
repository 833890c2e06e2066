package dev.mcpgateway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.rules.Violation;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WarningsTest {
  @Test
  void w19EveryWarningFitsAHeader() {
    Random random = new Random(19);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(2_000); j > 0; j--) {
        text.appendCodePoint(random.nextInt(5) == 0 ? random.nextInt(0x2FFF) : 'a' + j % 26);
        text.append(random.nextInt(9) == 0 ? ", " : "");
      }
      assertThat(Warnings.fit(List.of(text.toString())))
          .hasSizeLessThanOrEqualTo(16)
          .allSatisfy(w -> assertThat(w).hasSizeBetween(1, 240).matches("[ -~]*"));
    }
    assertThat(Warnings.fit(Collections.nCopies(100, "w"))).hasSize(16);
  }

  @Test
  void w19NonAsciiAndLineBreaksAreReplaced() {
    assertThat(Warnings.fit(List.of("a\r\nb\u00e4\ud83d\ude00c", "", "  ")))
        .containsExactly("a  b??c");
  }

  @Test
  void theGrantToPasteIsCutBetweenItsTwoHalves() {
    var missing =
        new Violation.NotPermitted(new ObjectKey("gateway-system", "team-a-gateway"), "team-a");
    List<String> pieces = Warnings.fit(List.of(ExtensionMessages.grantYaml(missing)));
    assertThat(pieces)
        .containsExactly(
            "{apiVersion: gateway.networking.k8s.io/v1beta1, kind: ReferenceGrant,"
                + " metadata: {name: allow-team-a-team-a-gateway, namespace: gateway-system},",
            "spec: {from: [{group: mcp.kagenti.com, kind: MCPGatewayExtension, namespace: team-a}],"
                + " to: [{group: gateway.networking.k8s.io, kind: Gateway, name: team-a-gateway}]}}");
    assertThat(String.join(" ", pieces)).isEqualTo(ExtensionMessages.grantYaml(missing));
  }
}
