package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which tools of a virtual server exist, as far as the status of the registrations on its
 * namespace's Gateway tells. A server that has not told its tools yet may offer anything that
 * begins with its prefix.
 */
public final class VirtualServerRules {
  /** Problems told at most. */
  static final int MAX_TOLD = 16;

  private VirtualServerRules() {}

  /** What is wrong with a virtual server; nothing for a terminating one. */
  public static List<VirtualServerProblem> problems(VirtualServerFacts server, World world) {
    if (server.deleting()) {
      return List.of();
    }
    Optional<ExtensionFacts> extension =
        Precedence.namespaceWinner(server.key().namespace(), world);
    if (extension.isEmpty()) {
      return List.of(new VirtualServerProblem.NoExtension(server.key().namespace()));
    }
    // Who does not hold the Gateway is told nothing of what is offered there.
    return Precedence.gatewayWinner(extension.get().gateway(), world).equals(extension)
        ? unknown(server, extension.get().gateway(), world)
        : List.of();
  }

  private static List<VirtualServerProblem> unknown(
      VirtualServerFacts server, ObjectKey gateway, World world) {
    List<RegistrationFacts> registrations =
        RegistrationConflictRules.on(gateway, world).filter(r -> !r.deleting()).toList();
    Set<String> offered =
        registrations.stream()
            .flatMap(r -> world.tools(r.key()).stream().flatMap(List::stream))
            .collect(Collectors.toUnmodifiableSet());
    List<String> silent =
        registrations.stream()
            .filter(r -> world.tools(r.key()).isEmpty())
            .map(RegistrationFacts::toolPrefix)
            .toList();
    return server.tools().stream()
        .distinct()
        .filter(tool -> !offered.contains(tool))
        .filter(tool -> silent.stream().noneMatch(tool::startsWith))
        // Comparing names costs, and nobody reads more than a few warnings.
        .limit(MAX_TOLD)
        .map(tool ->
            (VirtualServerProblem)
                new VirtualServerProblem.UnknownTool(gateway, tool, nearest(tool, offered)))
        .toList();
  }

  /** The name that takes the fewest edits, if those are at most half of what was written. */
  private static @Nullable String nearest(String tool, Set<String> offered) {
    return offered.stream()
        .filter(o -> Math.abs(o.length() - tool.length()) <= tool.length() / 2)
        .map(o -> new Candidate(o, edits(tool, o)))
        .filter(c -> c.edits() <= tool.length() / 2)
        .min(Comparator.comparingInt(Candidate::edits).thenComparing(Candidate::name))
        .map(Candidate::name)
        .orElse(null);
  }

  private record Candidate(String name, int edits) {}

  /** Levenshtein distance. */
  private static int edits(String one, String other) {
    int[] above = IntStream.rangeClosed(0, other.length()).toArray();
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[other.length()];
  }
}
