package dev.mcpgateway.webhook.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CertificatePlannerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> NAMES = CertificatePolicy.serviceNames("webhook", "mcp-system");
  private static final CertificatePolicy POLICY =
      new CertificatePolicy(
          NAMES, Duration.ofDays(3650), Duration.ofDays(365), Duration.ofHours(1));

  private final CertificateIssuer issuer = new CertificateIssuer();
  private final MovableClock clock = new MovableClock(START);
  private final CertificatePlanner planner = new CertificatePlanner(POLICY);

  @Test
  void nothingUsableMeansANewAuthorityAndAServerCertificateOfIt() throws Exception {
    Certificates fresh = next(null, false);
    X509Certificate leaf = fresh.leaf().certificate();
    leaf.verify(fresh.ca().certificate().getPublicKey());
    assertThat(fresh.leaf().notBefore()).isEqualTo(START.minus(Duration.ofHours(1)));
    assertThat(fresh.leaf().notAfter()).isEqualTo(START.plus(Duration.ofDays(365)));
    assertThat(leaf.getSubjectAlternativeNames().stream().map(n -> n.get(1)))
        .isEqualTo(
            List.of(
                "webhook",
                "webhook.mcp-system",
                "webhook.mcp-system.svc",
                "webhook.mcp-system.svc.cluster.local"));
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(fresh.ca().certificate().getBasicConstraints()).isZero();
    assertThat(((ECPublicKey) leaf.getPublicKey()).getParams().getCurve().getField().getFieldSize())
        .isEqualTo(256);
    assertThat(fresh.trusted()).containsExactly(fresh.ca().certificate());
  }

  @Test
  void goodCertificatesStayTheSameInstance() {
    Certificates present = next(null, false);
    clock.advance(Duration.ofDays(243));
    assertThat(next(present, true)).isSameAs(present);
  }

  @Test
  void aServerCertificateIsRenewedAfterTwoThirdsOfItsLifeByTheSameAuthority() {
    Certificates present = next(null, false);
    clock.advance(Duration.ofDays(244));
    Certificates next = next(present, true);
    assertThat(next.ca()).isEqualTo(present.ca());
    assertThat(next.leaf()).isNotEqualTo(present.leaf());
    assertThat(next.leaf().notAfter()).isEqualTo(clock.instant().plus(Duration.ofDays(365)));
  }

  @Test
  void w22AServerCertificateWithOtherNamesIsReplaced() {
    Certificates present = next(null, false);
    var renamed =
        new CertificatePlanner(
            new CertificatePolicy(
                CertificatePolicy.serviceNames("other", "mcp-system"),
                POLICY.caLifetime(),
                POLICY.leafLifetime(),
                POLICY.overlap()));
    Certificates next = renamed.next(present, START, clock.instant());
    assertThat(next.ca()).isEqualTo(present.ca());
    assertThat(next.leaf()).isNotEqualTo(present.leaf());
  }

  @Test
  void aServerCertificateOfAnotherAuthorityIsReplaced() {
    Certificates one = next(null, false);
    Certificates other = next(null, false);
    Certificates mixed = new Certificates(one.ca(), other.leaf(), null, null);
    assertThat(next(mixed, true).ca()).isEqualTo(one.ca());
    assertThat(next(mixed, true).leaf()).isNotEqualTo(other.leaf());
  }

  @Test
  void w22AnAuthorityIsRotatedOneStepAtATime() throws Exception {
    Certificates present = next(null, false);
    clock.advance(Duration.ofDays(2434));
    Certificates announced = next(present, true);
    assertThat(announced.leaf()).as("the leaf does not change yet").isEqualTo(present.leaf());
    assertThat(announced.trusted()).hasSize(2).contains(present.ca().certificate());

    clock.advance(Duration.ofHours(2));
    assertThat(next(announced, false).nextCa()).as("never before the API server knows").isNotNull();
    Certificates signed = next(announced, true);
    signed.leaf().certificate().verify(signed.ca().certificate().getPublicKey());
    assertThat(signed.ca()).isEqualTo(announced.nextCa());
    assertThat(signed.trusted()).containsExactlyInAnyOrderElementsOf(announced.trusted());

    assertThat(next(signed, true)).as("other replicas may lag").isSameAs(signed);
    clock.advance(Duration.ofHours(1));
    Certificates done = next(signed, true);
    assertThat(done.trusted()).containsExactly(signed.ca().certificate());
    assertThat(next(done, true)).isSameAs(done);
  }

  @Test
  void whatAClockThatIsAheadHasIssuedIsIssuedAnewOneAfterTheOther() {
    Certificates good = next(null, false);
    KeyedCertificate early = issuer.leaf(good.ca(), NAMES, inAYear(), POLICY.leafLifetime());
    KeyedCertificate authority = issuer.authority(inAYear(), POLICY.caLifetime());

    Certificates leafFirst = next(new Certificates(good.ca(), early, authority, null), true);
    assertThat(leafFirst.ca()).isEqualTo(good.ca());
    assertThat(leafFirst.leaf().validAt(START)).isTrue();
    assertThat(leafFirst.nextCa()).isEqualTo(authority);
    Certificates dropped = next(leafFirst, true);
    assertThat(dropped).isEqualTo(new Certificates(good.ca(), leafFirst.leaf(), null, null));
    assertThat(next(dropped, true)).isSameAs(dropped);
  }

  @Test
  void anAuthorityOfAClockThatIsAheadIsReplacedAndTrustedUntilAllReplicasHaveChanged() {
    KeyedCertificate authority = issuer.authority(inAYear(), POLICY.caLifetime());
    KeyedCertificate leaf = issuer.leaf(authority, NAMES, START, POLICY.leafLifetime());
    Certificates replaced = next(new Certificates(authority, leaf, null, null), true);
    assertThat(replaced.ca().validAt(START)).isTrue();
    assertThat(replaced.leaf().validAt(START)).isTrue();
    assertThat(replaced.trusted())
        .containsExactly(replaced.ca().certificate(), authority.certificate());
    clock.advance(POLICY.overlap());
    assertThat(next(replaced, true).trusted()).containsExactly(replaced.ca().certificate());
  }

  @Test
  void aServerCertificateOfAClockThatIsAheadIsNotKeptWhileAnAuthorityIsReplaced() {
    Certificates good = next(null, false);
    clock.advance(Duration.ofDays(2434));
    Instant later = clock.instant().plus(Duration.ofDays(1));
    KeyedCertificate early = issuer.leaf(good.ca(), NAMES, later, POLICY.leafLifetime());
    Certificates next = next(new Certificates(good.ca(), early, null, null), true);
    assertThat(next.leaf().validAt(clock.instant())).isTrue();
    assertThat(next(next, true).nextCa()).as("one step at a time").isNotNull();
  }

  @Test
  void theOverlapBeginsWhenTheApiServerHasBeenToldAndNotWhenTheAuthorityWasIssued() {
    Certificates present = next(null, false);
    clock.advance(Duration.ofDays(2434));
    Certificates announced = next(present, true);
    clock.advance(Duration.ofHours(5));
    Instant told = clock.instant();
    assertThat(planner.next(announced, told, clock.instant()).ca()).isEqualTo(present.ca());
    clock.advance(POLICY.overlap().minusSeconds(1));
    assertThat(planner.next(announced, told, clock.instant()).ca()).isEqualTo(present.ca());
    clock.advance(Duration.ofSeconds(1));
    assertThat(planner.next(announced, told, clock.instant()).ca()).isEqualTo(announced.nextCa());
  }

  @Test
  void overTenYearsEveryPresentedCertificateIsValidAndTrustedWithOverlap() throws Exception {
    Certificates present = next(null, false);
    Set<X509Certificate> trusted = new HashSet<>(present.trusted());
    int leaves = 0;
    for (int hour = 0; hour < 24 * 3700; hour += 5) {
      clock.advance(Duration.ofHours(5));
      Certificates next = next(present, true);
      assertThat(next.trusted()).as("never all at once").anyMatch(trusted::contains);
      next.leaf().certificate().checkValidity(java.util.Date.from(clock.instant()));
      assertThat(trusted.stream().anyMatch(ca -> signed(next, ca)))
          .as("the leaf was trusted before it is presented")
          .isTrue();
      leaves += next.leaf().equals(present.leaf()) ? 0 : 1;
      trusted = new HashSet<>(next.trusted());
      present = next;
    }
    assertThat(leaves).isBetween(13, 20);
  }

  @Test
  void theSecretHoldsEverythingAndItsTextNoKey() throws GeneralSecurityException {
    Certificates present = next(null, false);
    clock.advance(Duration.ofDays(2434));
    Certificates rotating = next(present, true);
    Certificates full =
        new Certificates(
            rotating.ca(), rotating.leaf(), rotating.nextCa(), present.ca().certificate());
    assertThat(SecretCodec.read(SecretCodec.write(full))).isEqualTo(full);
    assertThat(SecretCodec.read(SecretCodec.write(present))).isEqualTo(present);
    assertThat(full.toString()).doesNotContain("PRIVATE").contains("notAfter");
  }

  @Test
  void anEmptySecretHoldsNothingAndABrokenOneSaysSo() throws GeneralSecurityException {
    assertThat(SecretCodec.read(Map.of())).isNull();
    assertThat(SecretCodec.read(Map.of("tls.crt", "", "tls.key", "", "ca.crt", ""))).isNull();
    Map<String, String> good = SecretCodec.write(next(null, false));
    for (String broken : List.of("tls.key", "ca.key", "ca.crt", "tls.crt")) {
      for (String value : List.of("", "!", "bm8gUEVN")) {
        Map<String, String> data = new HashMap<>(good);
        data.put(broken, value);
        assertThat(unusable(data)).as(broken + "=" + value).isTrue();
      }
    }
    Map<String, String> swapped = new HashMap<>(good);
    swapped.put("tls.key", String.valueOf(good.get("ca.key")));
    assertThat(unusable(swapped)).isTrue();
  }

  @Test
  void whereverASecretIsDamagedItHoldsSomethingOrSaysSoAndNothingElseHappens() {
    Map<String, String> good = SecretCodec.write(next(null, false));
    Random random = new Random(20260101);
    for (String damaged : good.keySet()) {
      String pem = new String(Base64.getDecoder().decode(good.get(damaged)), US_ASCII);
      for (int i = 0; i < 500; i++) {
        StringBuilder text = new StringBuilder(pem);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
          text.setCharAt(random.nextInt(text.length()), (char) (' ' + random.nextInt(95)));
        }
        Map<String, String> data = new HashMap<>(good);
        data.put(damaged, Base64.getEncoder().encodeToString(text.toString().getBytes(US_ASCII)));
        assertThatCode(() -> unusable(data)).as(text.toString()).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void aKeyWhoseBodyIsNoBase64IsNoKey() {
    String key = "-----BEGIN PRIVATE KEY-----\nM!IG*\n-----END PRIVATE KEY-----\n";
    assertThatThrownBy(() -> Pem.key(key))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("The private key cannot be read");
  }

  private Certificates next(@Nullable Certificates present, boolean announced) {
    return planner.next(present, announced ? START : null, clock.instant());
  }

  private static Instant inAYear() {
    return START.plus(Duration.ofDays(365));
  }

  private static boolean unusable(Map<String, String> data) {
    try {
      return SecretCodec.read(data) == null;
    } catch (GeneralSecurityException e) {
      return true;
    }
  }

  private static boolean signed(Certificates certificates, X509Certificate ca) {
    try {
      certificates.leaf().certificate().verify(ca.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
