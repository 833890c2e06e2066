package dev.mcpgateway.controller.api.conditions;

import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.api.rules.Violation.GatewayMissing;
import dev.mcpgateway.controller.api.rules.Violation.GatewayTaken;
import dev.mcpgateway.controller.api.rules.Violation.NamespaceTaken;
import dev.mcpgateway.controller.api.rules.Violation.NotPermitted;
import dev.mcpgateway.controller.api.rules.Violation.PredecessorTerminating;

/**
 * The words for each violation. The {@code Ready} texts are the guide's and must not change; the
 * sentences are ours and are the same in the webhook's answer and in the detailed conditions
 * (decision 10). Across namespaces a Gateway is named, never the other owner.
 */
public final class ExtensionMessages {
  /** {@code Ready} message of an extension that holds its Gateway. */
  public static final String READY = "successfully verified and configured";

  private static final String CONFLICT =
      "conflict. Gateway target already configured as MCP Gateway";

  private ExtensionMessages() {}

  /** Reason of {@code Ready=False}, as the guide spells it. */
  public static String readyReason(Violation violation) {
    return switch (violation) {
      case NamespaceTaken v -> ConditionNames.INVALID_EXTENSION;
      case PredecessorTerminating v -> ConditionNames.INVALID_EXTENSION;
      case NotPermitted v -> ConditionNames.REFERENCE_GRANT_REQUIRED;
      case GatewayMissing v -> ConditionNames.INVALID_EXTENSION;
      case GatewayTaken v -> ConditionNames.INVALID_EXTENSION;
    };
  }

  /** Message of {@code Ready=False}, as the guide spells it. */
  public static String readyMessage(Violation violation) {
    return switch (violation) {
      case NamespaceTaken v ->
          "conflict. Namespace %s already has the MCPGatewayExtension %s"
              .formatted(v.holder().namespace(), v.holder());
      case PredecessorTerminating v ->
          "conflict. Waiting for another MCPGatewayExtension to finish terminating";
      case NotPermitted v ->
          "ReferenceGrant required in namespace %s to allow cross-namespace reference"
              .formatted(v.gateway().namespace());
      case GatewayMissing v -> "invalid";
      case GatewayTaken v -> CONFLICT;
    };
  }

  /**
   * What is wrong and what to do, for people who apply the object and for the detailed conditions.
   */
  public static Sentence sentence(Violation violation) {
    return switch (violation) {
      case NamespaceTaken v ->
          new Sentence(
              "Namespace %s already has the MCPGatewayExtension %s, and a namespace can have only one."
                  .formatted(v.holder().namespace(), v.holder()),
              "Delete %s first, or create this extension in another namespace."
                  .formatted(v.holder()));
      case PredecessorTerminating v ->
          new Sentence(
              (v.sameNamespace() ? "MCPGatewayExtension " + v.predecessor() : "Another extension")
                  + " is still terminating.",
              "Nothing to do: this extension becomes Ready when that one is gone.");
      case NotPermitted v ->
          new Sentence(
              "No ReferenceGrant in namespace %s lets an MCPGatewayExtension of namespace %s refer to Gateway %s."
                  .formatted(v.gateway().namespace(), v.fromNamespace(), v.gateway()),
              "Ask the owner of namespace %s to add one.".formatted(v.gateway().namespace()));
      case GatewayMissing v ->
          new Sentence(
              "Gateway %s does not exist.".formatted(v.gateway()),
              "Create it, or correct spec.targetRef.");
      case GatewayTaken v ->
          new Sentence(
              "Gateway %s is already the target of another MCPGatewayExtension, and a Gateway can serve only one."
                  .formatted(v.gateway()),
              "Point spec.targetRef at another Gateway, or have the other extension removed first.");
    };
  }

  /** The ReferenceGrant that is missing, as flow YAML to paste under {@code kubectl apply -f -}. */
  public static String grantYaml(NotPermitted violation) {
    return ("{apiVersion: gateway.networking.k8s.io/v1beta1, kind: ReferenceGrant, metadata: {name: allow-%1$s-%2$s, namespace: %3$s},"
            + " spec: {from: [{group: mcp.kagenti.com, kind: MCPGatewayExtension, namespace: %1$s}],"
            + " to: [{group: gateway.networking.k8s.io, kind: Gateway, name: %2$s}]}}")
        .formatted(
            violation.fromNamespace(), violation.gateway().name(), violation.gateway().namespace());
  }
}
