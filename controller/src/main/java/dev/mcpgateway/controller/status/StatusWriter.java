package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.secrets.SecretWriter;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Writes the status of an object, and only when it differs. Server-side apply on the status
 * subresource, fenced by the resourceVersion the difference was found at.
 */
public final class StatusWriter {
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(SecretWriter.FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;

  public StatusWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Makes the status of an object what it should be.
   *
   * @param stored the object as last seen; not changed
   * @param fresh makes an empty object of the same kind
   * @return whether something had to be written
   * @throws KubernetesClientException with code 409 when the object has moved on
   */
  public <S, T extends CustomResource<?, S>> boolean write(T stored, Supplier<T> fresh, S status) {
    if (Objects.equals(stored.getStatus(), status)) {
      return false;
    }
    T wanted = fresh.get();
    wanted.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(stored.getMetadata().getNamespace())
            .withName(stored.getMetadata().getName())
            .withResourceVersion(stored.getMetadata().getResourceVersion())
            .build());
    wanted.setStatus(status);
    try {
      client.resource(wanted).subresource("status").patch(APPLY);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        // Deleted meanwhile, and its status with it.
        return false;
      }
      throw e;
    }
    return true;
  }
}
