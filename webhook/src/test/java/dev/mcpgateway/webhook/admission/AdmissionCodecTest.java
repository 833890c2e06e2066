package dev.mcpgateway.webhook.admission;

import static dev.mcpgateway.webhook.admission.Reviews.bytes;
import static dev.mcpgateway.webhook.admission.Reviews.createReview;
import static dev.mcpgateway.webhook.admission.Reviews.key;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionCodecTest {
  private static final String GOOD = createReview("u-1", "team-a", "e", "gw");

  private final AdmissionCodec codec = new AdmissionCodec();

  @Test
  void aReviewOfTheApiServerBecomesACase() throws MalformedReviewException {
    AdmissionCase.Extension read = (AdmissionCase.Extension) codec.read(bytes(GOOD));
    assertThat(read.request().uid()).isEqualTo("u-1");
    assertThat(read.request().user()).isEqualTo("alice");
    assertThat(read.before()).isNull();
    assertThat(read.after().key()).isEqualTo(key("team-a/e"));
    assertThat(read.after().gateway()).isEqualTo(key("team-a/gw"));
  }

  static Stream<String> w15() {
    return Stream.of(
        "",
        "null",
        "[]",
        "\"AdmissionReview\"",
        "{}",
        "{",
        GOOD + "x",
        GOOD + GOOD,
        GOOD.replace("admission.k8s.io/v1\"", "admission.k8s.io/v1beta1\""),
        GOOD.replace("\"AdmissionReview\"", "\"ConversionReview\""),
        GOOD.replace("\"request\"", "\"Request\""),
        GOOD.replace("\"uid\":\"u-1\"", "\"uid\":\"\""),
        GOOD.replace("\"CREATE\"", "\"PATCH\""),
        GOOD.replace("\"object\":{", "\"objekt\":{"),
        GOOD.replace("\"metadata\":{", "\"metadata\":7,\"m\":{"),
        GOOD.replace("\"targetRef\":{", "\"targetRef\":[],\"t\":{"),
        GOOD.replace("\"CREATE\"", "\"UPDATE\""),
        "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\"}",
        "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":null}");
  }

  @ParameterizedTest
  @MethodSource("w15")
  void w15WhatIsNoReviewIsMalformed(String body) {
    assertThatExceptionOfType(MalformedReviewException.class)
        .isThrownBy(() -> codec.read(bytes(body)));
  }

  /** What bounds it, and where it stands in a good review. */
  static Stream<Arguments> envelope() {
    return Stream.of(
        Arguments.of("uid", 128, "\"request\":{\"uid\":\"", "u-1"),
        Arguments.of("username", 1024, "\"userInfo\":{\"username\":\"", "alice"),
        Arguments.of("group", 253, "\"kind\":{\"group\":\"", "mcp.kagenti.com"),
        Arguments.of("kind", 253, "\"version\":\"v1alpha1\",\"kind\":\"", "MCPGatewayExtension"),
        Arguments.of("name", 253, "\"resource\":\"mcpgatewayextensions\"},\n\"name\":\"", "e"),
        Arguments.of("namespace", 253, "\"name\":\"e\",\"namespace\":\"", "team-a"));
  }

  @ParameterizedTest
  @MethodSource("envelope")
  void theEnvelopeIsLoggedSoItsTextsHaveBounds(String field, int max, String before, String value)
      throws MalformedReviewException {
    assertThat(GOOD).contains(before + value + "\"");
    String longest = GOOD.replace(before + value, before + "x".repeat(max));
    assertThat(codec.read(bytes(longest)).request().uid()).isNotEmpty();
    assertThatExceptionOfType(MalformedReviewException.class)
        .isThrownBy(() -> codec.read(bytes(longest.replace(before, before + "x"))))
        .withMessage("The request's %s has more than %d characters.".formatted(field, max));
  }

  @Test
  void w07AnUpdateThatAsksForNothingNewIsNotJudged() throws MalformedReviewException {
    String object = GOOD.substring(GOOD.indexOf("\"object\":{") + "\"object\":".length());
    String update =
        GOOD.replace("\"CREATE\"", "\"UPDATE\"")
            .replace("\"oldObject\":null", "\"oldObject\":" + objectAt(object));
    assertThat(codec.read(bytes(update))).isInstanceOf(AdmissionCase.NotJudged.class);
    assertThat(codec.read(bytes(update.replaceFirst("\"name\":\"gw\"", "\"name\":\"other\""))))
        .isInstanceOf(AdmissionCase.Extension.class);
  }

  /** The JSON object a text begins with. */
  private static String objectAt(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return text.substring(0, i + 1);
      }
    }
    throw new AssertionError("no object: " + text);
  }

  @Test
  void twoReadingsOfOneBodyAreMalformed() {
    for (String body :
        List.of(
            GOOD.replace("\"name\":\"gw\"", "\"name\":\"free\",\"name\":\"gw\""),
            GOOD.replace("\"uid\":\"u-1\"", "\"uid\":\"u-1\",\"u\\u0069d\":\"u-2\""))) {
      assertThatExceptionOfType(MalformedReviewException.class)
          .isThrownBy(() -> codec.read(bytes(body)));
    }
    assertThatExceptionOfType(MalformedReviewException.class)
        .isThrownBy(() -> codec.read(GOOD.getBytes(UTF_16)));
  }

  /** What the parser allocates is what it has done: digits are copied, but never made a number. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[ | 1", "9 | 16", "[], | 48"})
  void w18DepthLongNumbersAndManyTokensAreGivenUpBeforeTheyCost(String repeated, int mebibytes) {
    String start = "\"dryRun\":" + (repeated.equals("[],") ? "[" : "");
    byte[] body =
        bytes(
            GOOD.replace(
                "\"dryRun\":false", start + repeated.repeat(5_000_000 / repeated.length())));
    long before = allocated();
    assertThatExceptionOfType(MalformedReviewException.class).isThrownBy(() -> codec.read(body));
    assertThat(allocated() - before).isLessThan((long) mebibytes << 20);
  }

  private static long allocated() {
    return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getCurrentThreadAllocatedBytes();
  }

  @Test
  void w15SeededMutationsNeverDoAnythingButBeReadOrBeMalformed() {
    Random random = new Random(15);
    byte[] good = bytes(GOOD);
    int malformed = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = good.clone();
      for (int j = 0; j <= random.nextInt(3); j++) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
      }
      try {
        assertThat(codec.read(mutant).request().uid()).isNotEmpty();
      } catch (MalformedReviewException e) {
        assertThat(e.getMessage()).doesNotContain("team-a");
        malformed++;
      }
    }
    assertThat(malformed).isBetween(5_000, 19_999);
  }

  @Test
  void w14AnObjectWithoutANameIsReadAndTheEnvelopeDecidesTheNamespace()
      throws MalformedReviewException {
    String review =
        createReview("u", "team-a", "", "gw")
            .replace(
                "\"name\":\"\",\"namespace\":\"team-a\",\"uid\"",
                "\"generateName\":\"e-\",\"uid\"");
    AdmissionCase.Extension read = (AdmissionCase.Extension) codec.read(bytes(review));
    assertThat(read.after().key()).isEqualTo(key("team-a/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "CONNECT"})
  void deletionsAndConnectionsAreNotJudged(String operation) throws MalformedReviewException {
    assertThat(codec.read(bytes(GOOD.replace("\"CREATE\"", "\"" + operation + "\""))))
        .isInstanceOf(AdmissionCase.NotJudged.class);
  }

  @Test
  void subresourcesAreNotJudgedAndUnknownKindsAreToldApart() throws MalformedReviewException {
    assertThat(
            codec.read(bytes(GOOD.replace("\"dryRun\"", "\"subResource\":\"status\",\"dryRun\""))))
        .isInstanceOf(AdmissionCase.NotJudged.class);
    assertThat(
            codec.read(
                bytes(
                    GOOD.replace(
                        "\"v1alpha1\",\"kind\":\"MCPGatewayExtension\"",
                        "\"v1\",\"kind\":\"ConfigMap\""))))
        .isInstanceOf(AdmissionCase.UnknownKind.class);
    assertThat(
            codec.read(
                bytes(GOOD.replace("{\"group\":\"mcp.kagenti.com\"", "{\"group\":\"other\""))))
        .isInstanceOf(AdmissionCase.UnknownKind.class);
  }

  @Test
  void aDenialIsWrittenAsKubectlNeedsIt() {
    AdmissionDecision denied = AdmissionDecision.denied("R", "What. Remedy.", List.of("w\n1"));
    assertThat(new String(codec.write("u-1", denied), UTF_8))
        .isEqualTo(
            "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":"
                + "{\"uid\":\"u-1\",\"allowed\":false,\"status\":{\"code\":403,\"reason\":\"Forbidden\","
                + "\"message\":\"What. Remedy.\"},\"warnings\":[\"w 1\"]}}");
  }

  @Test
  void anAllowanceCarriesNoStatusAndNeverAPatch() {
    assertThat(new String(codec.write("u", AdmissionDecision.allowed("None", List.of())), UTF_8))
        .isEqualTo(
            "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":"
                + "{\"uid\":\"u\",\"allowed\":true}}");
  }
}
