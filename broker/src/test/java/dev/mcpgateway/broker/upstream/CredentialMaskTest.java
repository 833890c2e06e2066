package dev.mcpgateway.broker.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialMaskTest {
  @ParameterizedTest
  @CsvSource({
    "'Bearer s3cr3t','no s3cr3t here','no [credential] here'",
    "'Bearer s3cr3t','you sent Bearer s3cr3t, s3cr3t','you sent [credential], [credential]'",
    "'Bearer S3cr3t','type s3cr3t/x','type [credential]/x'",
    "'s3cr3t','no s3cr3t','no [credential]'",
    "' Bearer  a.*b$1 ','a.*b$1 axxb','[credential] axxb'",
    // What is too short is hidden together with its scheme only.
    "'Bearer token','a bad token','a bad token'",
    "'Bearer token','a bad Bearer token','a bad [credential]'",
    "'abc','abc','abc'",
    "'','text','text'"
  })
  void theCredentialIsHiddenWithAndWithoutItsScheme(String credential, String text, String hidden) {
    assertThat(CredentialMask.of(credential).hide(text)).isEqualTo(hidden);
  }

  @Test
  void withoutACredentialNothingIsHidden() {
    assertThat(CredentialMask.of(null).hide("some text")).isEqualTo("some text");
  }
}
