package dev.mcpgateway.controller.observe;

import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.GatewayProblem;
import dev.mcpgateway.controller.api.rules.Verdict;
import dev.mcpgateway.controller.secrets.StoredConfig;
import dev.mcpgateway.controller.secrets.StoredKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about the instance of one namespace.
 *
 * @param extensions all live extensions of the namespace with the rules' verdict, ordered by name
 * @param holder the one that holds the namespace; null when there is none
 * @param wanted what the instance shall serve; empty unless the holder's verdict is accepted
 * @param tooLarge {@code wanted} does not fit into a Secret
 * @param storedConfig the configuration Secret, null when there is none
 * @param storedKeys the keys Secret, null when there is none
 * @param rollout how far the stored configuration has come among the ready brokers
 * @param brokers whether pods are there that call themselves brokers, ready or not
 * @param ahead largest version of a broker that would not take what is stored; 0 when all would
 * @param toolsServed most tools one of them serves; null when none has reported
 */
public record InstanceInputs(
    String namespace,
    List<Judged> extensions,
    @Nullable ExtensionFacts holder,
    GatewayConfig wanted,
    boolean tooLarge,
    @Nullable StoredConfig storedConfig,
    @Nullable StoredKeys storedKeys,
    Rollout rollout,
    boolean brokers,
    long ahead,
    @Nullable Integer toolsServed) {
  public InstanceInputs {
    extensions = List.copyOf(extensions);
  }

  /**
   * An extension and what the rules say of it.
   *
   * @param problems of its Gateway, which keep nobody from holding it
   */
  public record Judged(ExtensionFacts extension, Verdict verdict, List<GatewayProblem> problems) {
    public Judged {
      problems = List.copyOf(problems);
    }
  }
}
