package dev.mcpgateway.controller.secrets;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.writes.Refusals;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.function.Function;

/**
 * One write of a Secret: not even asked for by who may have lost the lease, and what the API server
 * will refuse again is told apart from what has to be tried again.
 */
final class FencedWrites {
  private static final int HTTP_UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final Fence fence;

  FencedWrites(KubernetesClient client, Fence fence) {
    this.client = client;
    this.fence = fence;
  }

  /**
   * An update, a patch or a removal.
   *
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  Stored write(Runnable write) {
    fence.check();
    try {
      write.run();
      return new Stored.Yes();
    } catch (KubernetesClientException e) {
      if (Refusals.namespaceTerminating(e)) {
        return new Stored.NamespaceGoes();
      }
      if (e.getCode() == HTTP_FORBIDDEN || e.getCode() == HTTP_UNPROCESSABLE) {
        return new Stored.Refused(Refusals.reason(e));
      }
      throw e;
    }
  }

  /**
   * Creates, and goes on with a Secret that is there without the label by which it is watched: the
   * view can never show it. One that carries the label is the work of a writer who knew more, such
   * as the next leader while this one was paused; it stays as it is.
   *
   * @throws KubernetesClientException on a conflict or when the API server cannot be asked
   */
  Stored create(Secret wanted, String label, Function<Secret, Stored> whenThere) {
    try {
      return write(() -> client.resource(wanted).create());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_NOT_FOUND) {
        return new Stored.NamespaceGoes();
      }
      if (e.getCode() != HTTP_CONFLICT) {
        throw e;
      }
      Secret live =
          client
              .secrets()
              .inNamespace(wanted.getMetadata().getNamespace())
              .withName(wanted.getMetadata().getName())
              .get();
      if (live == null || watched(live, label)) {
        throw e;
      }
      return whenThere.apply(live);
    }
  }

  private static boolean watched(Secret secret, String label) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return labels != null && "true".equals(labels.get(label));
  }
}
