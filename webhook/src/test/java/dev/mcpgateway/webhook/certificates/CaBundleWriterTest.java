package dev.mcpgateway.webhook.certificates;

import static dev.mcpgateway.webhook.certificates.CaBundleWriter.added;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaBundleWriterTest {
  private static final X509Certificate OURS = authority();
  private static final X509Certificate OTHER = authority();

  @Test
  void whatIsMissingIsAddedAndNothingIsTakenAway() throws GeneralSecurityException {
    assertThat(added("", List.of(OURS))).isEqualTo(Pem.write(OURS));
    assertThat(Pem.certificates(added(Pem.write(OTHER), List.of(OURS))))
        .containsExactly(OTHER, OURS);
  }

  @Test
  void whatIsThereIsLeftAsItIs() {
    String present = Pem.write(OTHER) + Pem.write(OURS);
    assertThat(added(present, List.of(OURS))).isEqualTo(present);
    assertThat(added(present.strip(), List.of(OURS, OTHER))).isEqualTo(present.strip());
  }

  @Test
  void aBundleThatLacksItsLastLineCanBeReadAfterwards() throws GeneralSecurityException {
    assertThat(Pem.certificates(added(Pem.write(OTHER).strip(), List.of(OURS))))
        .containsExactly(OTHER, OURS);
  }

  private static X509Certificate authority() {
    return IssuedCertificates.issue("localhost").trusted().getFirst();
  }
}
