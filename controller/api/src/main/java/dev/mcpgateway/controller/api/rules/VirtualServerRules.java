package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import dev.mcpgateway.controller.api.rules.ExtensionRules.Standing;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
    return ExtensionRules.judge(extension.get(), Standing.INCUMBENT, world).accepted()
        ? unknown(server, extension.get().gateway(), world)
        : List.of(new VirtualServerProblem.NotServed(server.key().namespace()));
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
                new VirtualServerProblem.UnknownTool(
                    gateway, tool, NearestName.to(tool, offered).orElse(null)))
        .toList();
  }
}
