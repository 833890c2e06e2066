package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.facts.ExtensionFacts;
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

  /** Deletions, connections and subresources: nothing this project could refuse. */
  record NotJudged(AdmissionRequest request) implements AdmissionCase {}

  /** Somebody widened the rules of the configuration (decision 27). */
  record UnknownKind(AdmissionRequest request) implements AdmissionCase {}
}
