package dev.mcpgateway.local.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class AddressMapTest {
  private final AddressMap map = new AddressMap(244);

  @Test
  void podsAndServicesHaveLoopbackAliasesThatDifferInTheFirstOctetOnly() {
    assertThat(map.loopback("10.244.3.7")).isEqualTo("127.244.3.7");
    assertThat(map.loopback("10.96.180.25")).isEqualTo("127.96.180.25");
  }

  @Test
  void otherAddressesStayAsTheyAre() {
    assertThat(map.loopback("10.245.0.1")).isEqualTo("10.245.0.1");
    assertThat(map.loopback("192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(map.inCluster("10.24.0.1")).isFalse();
  }

  @Test
  void twoPlatformsShareNoAddress() {
    var other = new AddressMap(245);
    assertThat(other.podRange()).isEqualTo("10.245.0.0/16");
    assertThat(other.serviceRange()).isEqualTo("10.97.0.0/16");
    assertThat(other.inCluster(map.node())).isFalse();
  }

  @Test
  void podsGetDifferentAddressesAndNeverThatOfTheNode() {
    var seen = new HashSet<String>();
    for (int n = 0; n < 60_000; n++) {
      assertThat(seen.add(map.pod(n))).as("pod %s", n).isTrue();
    }
    assertThat(seen).doesNotContain(map.node()).contains("10.244.0.2", "10.244.1.2");
  }

  @Test
  void anOctetOutsideTheRangeIsRefused() {
    assertThatThrownBy(() -> new AddressMap(255)).hasMessageContaining("244 to 254");
  }
}
