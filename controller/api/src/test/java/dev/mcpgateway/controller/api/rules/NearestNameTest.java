package dev.mcpgateway.controller.api.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  @Test
  void theNearestIsFoundAndTheFirstOfSeveral() {
    Set<String> offered = Set.of("weather_forecast", "weather_now", "weather_not", "news");
    assertThat(NearestName.to("weather_forcast", offered)).hasValue("weather_forecast");
    assertThat(NearestName.to("weather_no", offered)).hasValue("weather_not");
    assertThat(NearestName.to("weather_no", Set.of("weather_now", "weather_nox")))
        .hasValue("weather_now");
    assertThat(NearestName.to("zzz", offered)).isEmpty();
    assertThat(NearestName.to("", offered)).isEmpty();
  }

  @Test
  void whoIsFurtherOffThanAMistakeIsNotSuggested() {
    String written = "x".repeat(100);
    assertThat(NearestName.to(written, Set.of(written + "y".repeat(NearestName.MAX_EDITS))))
        .isPresent();
    assertThat(NearestName.to(written, Set.of(written + "y".repeat(NearestName.MAX_EDITS + 1))))
        .isEmpty();
  }

  @Test
  void amongVeryManyNamesNoneIsSuggested() {
    Set<String> offered = names(NearestName.MAX_COMPARED);
    assertThat(NearestName.to("tool_1234x", offered)).hasValue("tool_1234");
    assertThat(NearestName.to("tool_1234x", names(NearestName.MAX_COMPARED + 1))).isEmpty();
    // Those that cannot be meant are not compared, and so not counted.
    assertThat(NearestName.to("tool_1234x", plus(offered, "y".repeat(200)))).isPresent();
  }

  @Test
  void withinTheLimitItIsTheDistanceAndBeyondItIsSaidToBeBeyond() {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      String one = word(random);
      String other = word(random);
      int limit = random.nextInt(12);
      assertThat(NearestName.edits(one, other, limit))
          .as("%s and %s within %d", one, other, limit)
          .isEqualTo(Math.min(limit + 1, distance(one, other)));
    }
  }

  private static Set<String> names(int number) {
    return IntStream.range(1_000, 1_000 + number)
        .mapToObj("tool_%d"::formatted)
        .collect(Collectors.toSet());
  }

  private static Set<String> plus(Set<String> names, String name) {
    return Stream.concat(names.stream(), Stream.of(name)).collect(Collectors.toSet());
  }

  private static String word(Random random) {
    return random
        .ints(random.nextInt(12), 'a', 'd')
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  /** Levenshtein distance as it is defined. */
  private static int distance(String one, String other) {
    int[][] edits = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        edits[i][j] =
            i == 0 || j == 0
                ? i + j
                : Math.min(
                    edits[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1),
                    Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
      }
    }
    return edits[one.length()][other.length()];
  }
}
