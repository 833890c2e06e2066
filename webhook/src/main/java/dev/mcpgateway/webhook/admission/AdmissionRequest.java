package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;

/**
 * Who wants to do what, the envelope of a review (Kubernetes API, {@code admission.k8s.io/v1
 * AdmissionRequest}).
 *
 * @param uid to be echoed
 * @param object the name may be empty on CREATE, when the object itself carries none yet
 */
record AdmissionRequest(
    String uid,
    String user,
    String group,
    String kind,
    Operation operation,
    ObjectKey object,
    String subresource,
    boolean dryRun) {

  /** What is asked for. */
  enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
  }
}
