package dev.mcpgateway.controller.api.facts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is kept of Secrets that anybody may label as credentials. */
class CredentialTest {
  private static final int MEGABYTE = 1024 * 1024;

  @Test
  void valuesAreText() {
    CredentialFacts facts = FactsMapper.credential(secret(Map.of("token", "Bearer x\n")));
    assertThat(facts.values()).containsExactly(Map.entry("token", "Bearer x"));
    assertThat(facts.tooLong()).isEmpty();
    assertThat(facts.tooLarge()).isFalse();
  }

  @Test
  void aLongValueIsKnownByItsNameOnly() {
    CredentialFacts facts =
        FactsMapper.credential(
            secret(
                Map.of(
                    "token", "x".repeat(CredentialFacts.MAX_VALUE),
                    "one-more", "x".repeat(CredentialFacts.MAX_VALUE + 1),
                    "much", "x".repeat(MEGABYTE))));
    assertThat(facts.values()).containsOnlyKeys("token");
    assertThat(facts.tooLong()).containsExactlyInAnyOrder("one-more", "much");
  }

  @Test
  void howeverAMegabyteIsCutLittleOfItIsKept() {
    for (int values : new int[] {1, 2, 60, 65, 1_000, 10_000, 100_000}) {
      String value = "x".repeat(MEGABYTE / values);
      CredentialFacts facts =
          FactsMapper.credential(
              secret(
                  IntStream.range(0, values)
                      .mapToObj(i -> "key" + i)
                      .collect(toMap(Function.identity(), k -> value))));
      assertThat(held(facts))
          .as("%d values", values)
          .isLessThanOrEqualTo(CredentialFacts.MAX_SECRET);
    }
  }

  @Test
  void namesCountToo() {
    CredentialFacts facts =
        FactsMapper.credential(
            secret(
                IntStream.range(0, 4_000)
                    .mapToObj(i -> "%0250d".formatted(i))
                    .collect(toMap(Function.identity(), k -> ""))));
    assertThat(facts.tooLarge()).isTrue();
    assertThat(held(facts)).isZero();
  }

  private static int held(CredentialFacts facts) {
    return facts.values().entrySet().stream()
            .mapToInt(e -> e.getKey().length() + e.getValue().length())
            .sum()
        + facts.tooLong().stream().mapToInt(String::length).sum();
  }

  private static Secret secret(Map<String, String> values) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("team-a")
        .withName("credential")
        .endMetadata()
        .withData(
            values.entrySet().stream()
                .collect(
                    toMap(
                        Map.Entry::getKey,
                        e -> Base64.getEncoder().encodeToString(e.getValue().getBytes(UTF_8)))))
        .build();
  }
}
