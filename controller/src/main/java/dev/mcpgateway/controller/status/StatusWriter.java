package dev.mcpgateway.controller.status;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the status of an object, and only when it differs in what is ours. Fenced by the
 * resourceVersion the difference was found at, and by the lease: who was stopped for so long that
 * another one leads has decided on what was.
 *
 * <p>What is added or changed is applied (server-side apply on the status subresource). When
 * something of ours has to go, the whole of it is sent as a merge patch instead, with nulls for
 * what goes: an apply takes away only what nobody else has laid a hand on. What somebody else wrote
 * into a field or a condition of ours would stay for ever, and of a condition whose parts belong to
 * two a rest would stay that the API server refuses (422). Nobody here keeps whose it is, so who
 * else wrote makes no difference.
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
    Optional<ObjectNode> removing =
        StatusPatchBuilder.removing(
            stored.getStatus(), status, stored.getMetadata().getResourceVersion());
    T wanted = fresh.get();
    wanted.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(stored.getMetadata().getNamespace())
            .withName(stored.getMetadata().getName())
            .withResourceVersion(stored.getMetadata().getResourceVersion())
            .build());
    wanted.setStatus(status);
    try {
      var subresource = client.resource(wanted).subresource("status");
      if (removing.isPresent()) {
        subresource.patch(Patches.MERGE, removing.get().toString());
      } else {
        subresource.patch(Patches.APPLY);
      }
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
        : stored.withConditions(conditions.stream().filter(StatusPatchBuilder::ours).toList());
  }
}
