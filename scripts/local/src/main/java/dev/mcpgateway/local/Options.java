package dev.mcpgateway.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What may differ from platform to platform.
 *
 * @param images image tables, later ones win; the first is usually {@code
 *     scripts/local/images.yaml}
 * @param octet second octet of the addresses; a free one is taken where it is not given
 * @param environment values for {@code ${NAME}} in image tables, and the tools
 */
public record Options(List<Path> images, OptionalInt octet, Map<String, String> environment) {
  public Options {
    images = List.copyOf(images);
    environment = Map.copyOf(environment);
  }

  /**
   * {@code MCP_LOCAL_IMAGES} (files, separated by colons), {@code MCP_LOCAL_OCTET} and the tools'
   * variables.
   */
  public static Options fromEnvironment() {
    return from(System.getenv());
  }

  static Options from(Map<String, String> environment) {
    var octet = environment.getOrDefault("MCP_LOCAL_OCTET", "");
    var images =
        Arrays.stream(environment.getOrDefault("MCP_LOCAL_IMAGES", "").split(":", -1))
            .filter(s -> !s.isEmpty())
            .map(Path::of)
            .toList();
    return new Options(
        images,
        octet.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(octet)),
        environment);
  }

  /** With further image tables, which win over those before. */
  public Options withImages(Path... more) {
    var all = new ArrayList<>(images);
    all.addAll(List.of(more));
    return new Options(all, octet, environment);
  }

  /** With one more value for image tables. */
  public Options with(String name, String value) {
    var all = new HashMap<>(environment);
    all.put(name, value);
    return new Options(images, octet, all);
  }

  /** The environment may hold credentials of the developer. */
  @Override
  public String toString() {
    return "images " + images + ", octet " + octet;
  }
}
