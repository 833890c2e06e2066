package dev.mcpgateway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NamespacePlacesTest {
  private static final Deadline NOW = Deadline.in(Duration.ZERO);

  private final NamespacePlaces places = new NamespacePlaces(2, 100);

  @Test
  void nothingIsRememberedOfANamespaceWithoutReviews() throws Exception {
    NamespacePlaces.Place first = places.take("a", 10, NOW);
    NamespacePlaces.Place second = places.take("a", 10, NOW);
    NamespacePlaces.Place other = places.take("b", 10, NOW);
    assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> places.take("a", 10, NOW));
    assertThat(places.namespaces()).isEqualTo(2);
    first.close();
    places.take("a", 10, NOW).close();
    second.close();
    other.close();
    assertThat(places.namespaces()).isZero();
  }

  @Test
  void whatWaitsForAPlaceIsBoundedByItsLengthAndWhoHasOneIsNot() throws Exception {
    NamespacePlaces.Place first = places.take("a", 1_000, NOW);
    NamespacePlaces.Place second = places.take("a", 1_000, NOW);
    // Refused at once, whatever time there is.
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> places.take("a", 1, Deadline.in(Duration.ofMinutes(10))));
    places.take("b", 1_000, NOW).close();
    first.close();
    places.take("a", 1_000, NOW).close();
    second.close();
    assertThat(places.namespaces()).isZero();
  }
}
