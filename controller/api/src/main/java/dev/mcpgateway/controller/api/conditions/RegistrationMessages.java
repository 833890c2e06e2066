package dev.mcpgateway.controller.api.conditions;

import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import dev.mcpgateway.controller.api.rules.RegistrationConflict;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.Duplicate;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.PrefixOverlaps;
import dev.mcpgateway.controller.api.rules.RegistrationConflict.PrefixTaken;
import dev.mcpgateway.controller.api.rules.RegistrationProblem;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.AddressInvalid;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendNotPermitted;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.BackendUnsupported;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialKeyMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialTooLarge;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.CredentialUnusable;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.NoAcceptedGateway;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.NoValidExtension;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteElsewhere;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteMissing;
import dev.mcpgateway.controller.api.rules.RegistrationProblem.RouteUnusable;

/**
 * The words for each problem and conflict of a registration; the parts that existing tooling
 * searches for are kept.
 */
public final class RegistrationMessages {
  private RegistrationMessages() {}

  /** What is wrong and what to do. */
  public static Sentence sentence(RegistrationProblem problem) {
    return switch (problem) {
      case RouteElsewhere p ->
          new Sentence(
              "spec.targetRef.namespace is %s, but a registration can only use an HTTPRoute of its own namespace."
                  .formatted(p.route().namespace()),
              "Leave spec.targetRef.namespace out, or create the registration beside the HTTPRoute.");
      case RouteMissing p ->
          new Sentence(
              "HTTPRoute %s not found.".formatted(p.route()),
              "Create it, or correct spec.targetRef.name.");
      case NoAcceptedGateway p ->
          new Sentence(
              "no valid gateways for httproute %s: no Gateway has accepted it."
                  .formatted(p.route()),
              "Check spec.parentRefs and status.parents of the HTTPRoute, and the Gateway's allowedRoutes.");
      case NoValidExtension p ->
          new Sentence(
              "no valid mcpgatewayextensions configured for the Gateway of httproute %s."
                  .formatted(p.route()),
              "Create an MCPGatewayExtension that targets the Gateway, or see why the present one is not Ready.");
      case RouteUnusable p ->
          new Sentence(
              "HTTPRoute %s %s.".formatted(p.route(), p.why()),
              "Give the HTTPRoute one hostname and rules that lead to one backend.");
      case BackendMissing p ->
          new Sentence(
              "Service %s not found.".formatted(p.service()),
              "Create it, or correct the HTTPRoute's backendRefs.");
      case BackendNotPermitted p ->
          new Sentence(
              "HTTPRoute %s may not refer to Service %s: no ReferenceGrant in namespace %s permits it."
                  .formatted(p.route(), p.service(), p.service().namespace()),
              "Ask the owner of namespace %s to add one.".formatted(p.service().namespace()));
      case BackendUnsupported p ->
          new Sentence(
              "HTTPRoute %s has the unsupported backend reference kind %s."
                  .formatted(p.route(), p.kind()),
              "Use a Service, or Istio's Hostname.");
      case CredentialMissing p ->
          new Sentence(
              "credential secret %s not found with the label %s=true."
                  .formatted(p.secret(), McpGroup.CREDENTIAL_LABEL),
              "Create the Secret, or put the label on it.");
      case CredentialKeyMissing p ->
          new Sentence(
              "credential secret %s has no key %s.".formatted(p.secret(), p.key()),
              "Add the key, or correct spec.credentialRef.key.");
      case CredentialTooLarge p ->
          new Sentence(
              "credential secret %s has more than %d characters."
                  .formatted(p.secret(), CredentialFacts.MAX_SECRET),
              "Name a Secret with nothing but credentials in spec.credentialRef.name.");
      case CredentialUnusable p ->
          new Sentence(
              "credential secret %s: the value of %s %s.".formatted(p.secret(), p.key(), p.why()),
              "Store the value of the Authorization header as it is sent, for example Bearer and a token.");
      case AddressInvalid p ->
          new Sentence(
              "HTTPRoute %s and spec.path lead to %s, which is no valid URL."
                  .formatted(p.route(), p.url()),
              "Correct spec.path or the name of the backend.");
    };
  }

  /**
   * What is wrong and what to do. Across namespaces only the prefix and the Gateway are named
   * (decision 14).
   */
  public static Sentence sentence(RegistrationConflict conflict) {
    return switch (conflict) {
      case Duplicate c ->
          new Sentence(
              "HTTPRoute %s with path %s is already registered by the MCPServerRegistration %s."
                  .formatted(c.route(), c.path(), c.holder()),
              "Delete %s first, or name another HTTPRoute or path.".formatted(c.holder()));
      case PrefixTaken c ->
          new Sentence(
              "The tool prefix %s is already used by another MCPServerRegistration on Gateway %s."
                  .formatted(c.prefix(), c.gateway()),
              "Choose another spec.toolPrefix, or have the other registration removed first.");
      case PrefixOverlaps c ->
          new Sentence(
              "The tool prefixes %s and %s on Gateway %s begin alike, so a tool's name can be read two ways."
                  .formatted(c.prefix(), c.other(), c.gateway()),
              "Choose prefixes of which none begins with another.");
    };
  }
}
