package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.facts.RegistrationFacts;
import dev.mcpgateway.controller.api.facts.VirtualServerFacts;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What there is to judge. Sealed: a new kind must be observed, decided and answered. */
sealed interface AdmissionCase {
  AdmissionRequest request();

  /**
   * An MCPGatewayExtension is created or updated.
   *
   * @param before as stored, null on CREATE
   */
  record Extension(AdmissionRequest request, @Nullable ExtensionFacts before, ExtensionFacts after)
      implements AdmissionCase {

    /** Whether it asks for something it does not hold already: only then can it be refused. */
    boolean claims() {
      return !after.deleting() && (before == null || !before.claimKey().equals(after.claimKey()));
    }
  }

  /**
   * An MCPServerRegistration is created or updated.
   *
   * @param before as stored, null on CREATE
   */
  record Registration(
      AdmissionRequest request, @Nullable RegistrationFacts before, RegistrationFacts after)
      implements AdmissionCase {

    /** Whether it wants a route, path or prefix that it does not have already. */
    boolean claims() {
      return !after.deleting()
          && (before == null
              || !before.route().equals(after.route())
              || !before.path().equals(after.path())
              || !before.toolPrefix().equals(after.toolPrefix()));
    }

    /** Whether it wants another Secret than it has. */
    boolean changesCredential() {
      return !after.deleting()
          && before != null
          && !Objects.equals(before.credential(), after.credential());
    }
  }

  /** An MCPVirtualServer is created or updated. */
  record VirtualServer(AdmissionRequest request, VirtualServerFacts after)
      implements AdmissionCase {}

  /**
   * An EnvoyFilter with an instance's router is created or updated.
   *
   * @param before as stored, null on CREATE
   */
  record RouterFilter(
      AdmissionRequest request, @Nullable RouterFilterFacts before, RouterFilterFacts after)
      implements AdmissionCase {

    /** The Gateways it wants to enter and has not entered already. */
    Set<ObjectKey> claims() {
      if (after.deleting()) {
        return Set.of();
      }
      Set<ObjectKey> claims = new HashSet<>(after.gateways());
      if (before != null && before.instance().equals(after.instance())) {
        claims.removeAll(before.gateways());
      }
      return claims;
    }
  }

  /** Deletions, connections and subresources: nothing this project could refuse. */
  record NotJudged(AdmissionRequest request) implements AdmissionCase {}

  /** Somebody widened the rules of the configuration (decision 27). */
  record UnknownKind(AdmissionRequest request) implements AdmissionCase {}
}
