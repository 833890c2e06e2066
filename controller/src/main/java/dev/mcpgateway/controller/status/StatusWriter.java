package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.model.ConditionedStatus;
import dev.mcpgateway.controller.leader.Fence;
import dev.mcpgateway.controller.writes.Patches;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the status of an object, and only when it differs in what is ours. Server-side apply on
 * the status subresource, fenced by the resourceVersion the difference was found at, and by the
 * lease: who was stopped for so long that another one leads has decided on what was.
 */
public final class StatusWriter {
  private final KubernetesClient client;
  private final Fence fence;

  public StatusWriter(KubernetesClient client, Fence fence) {
    this.client = client;
    this.fence = fence;
  }

  /**
   * Makes the status of an object what it should be.
   *
   * @param stored the object as last seen; not changed
   * @param fresh makes an empty object of the same kind
   * @return whether something had to be written
   * @throws KubernetesClientException with code 409 when the object has moved on, and when the
   *     lease may be somebody else's
   */
  public <S extends ConditionedStatus<S>, T extends CustomResource<?, S>> boolean write(
      T stored, Supplier<T> fresh, S status) {
    if (status.equals(ours(stored.getStatus()))) {
      return false;
    }
    fence.check();
    T wanted = fresh.get();
    wanted.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(stored.getMetadata().getNamespace())
            .withName(stored.getMetadata().getName())
            .withResourceVersion(stored.getMetadata().getResourceVersion())
            .build());
    wanted.setStatus(status);
    try {
      client.resource(wanted).subresource("status").patch(Patches.APPLY);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        // Deleted meanwhile, and its status with it.
        return false;
      }
      throw e;
    }
    return true;
  }

  /** Without the conditions of others, which are neither compared nor touched. */
  private static <S extends ConditionedStatus<S>> @Nullable S ours(@Nullable S stored) {
    List<Condition> conditions = stored == null ? null : stored.conditions();
    return stored == null || conditions == null
        ? stored
        : stored.withConditions(
            conditions.stream().filter(c -> ConditionNames.TYPES.contains(c.getType())).toList());
  }
}
