package dev.mcpgateway.controller.api.rules;

import dev.mcpgateway.controller.api.ObjectKey;

/** Why a registration cannot be rendered into any configuration. */
public sealed interface RegistrationProblem {
  /** {@code targetRef.namespace} names another namespace (decision 14). */
  record RouteElsewhere(ObjectKey route) implements RegistrationProblem {}

  record RouteMissing(ObjectKey route) implements RegistrationProblem {}

  /** No parent of the route is a Gateway that exists and has accepted it. */
  record NoAcceptedGateway(ObjectKey route) implements RegistrationProblem {}

  /** No Gateway that accepted the route is held by an extension. */
  record NoValidExtension(ObjectKey route) implements RegistrationProblem {}

  /** The route's shape leaves open where the server is. */
  record RouteUnusable(ObjectKey route, String why) implements RegistrationProblem {}

  /**
   * Backend and path make no URL. Brokers would refuse a configuration with it as a whole, so one
   * registration would stand in the way of all the others.
   */
  record AddressInvalid(ObjectKey route, String url) implements RegistrationProblem {}

  record BackendMissing(ObjectKey service) implements RegistrationProblem {}

  /**
   * The backend is in another namespace and no ReferenceGrant there permits the route to refer to
   * it.
   */
  record BackendNotPermitted(ObjectKey route, ObjectKey service) implements RegistrationProblem {}

  record BackendUnsupported(ObjectKey route, String kind) implements RegistrationProblem {}

  /** No such Secret, or one without the label that lets registrations use it. */
  record CredentialMissing(ObjectKey secret) implements RegistrationProblem {}

  record CredentialKeyMissing(ObjectKey secret, String key) implements RegistrationProblem {}

  /** So large that nothing of it is kept. */
  record CredentialTooLarge(ObjectKey secret) implements RegistrationProblem {}

  /** Its value can be no Authorization header. */
  record CredentialUnusable(ObjectKey secret, String key, String why)
      implements RegistrationProblem {}
}
