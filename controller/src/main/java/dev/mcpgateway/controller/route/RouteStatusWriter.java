package dev.mcpgateway.controller.route;

import dev.mcpgateway.controller.leader.Fence;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;

/**
 * Writes {@code status.parents} of a route. The list belongs to several controllers and is atomic:
 * server-side apply would drop the others' entries, so it is put back as it was read, changed, with
 * its resourceVersion (decision 13).
 */
public final class RouteStatusWriter {
  private final KubernetesClient client;
  private final Fence fence;

  public RouteStatusWriter(KubernetesClient client, Fence fence) {
    this.client = client;
    this.fence = fence;
  }

  /**
   * Puts all entries back.
   *
   * @param stored the route as last seen; not changed
   * @throws KubernetesClientException with code 409 when somebody else wrote meanwhile, and when
   *     the lease may be somebody else's
   */
  void write(HTTPRoute stored, List<RouteParentStatus> parents) {
    fence.check();
    HTTPRoute changed =
        new HTTPRouteBuilder(stored).editOrNewStatus().withParents(parents).endStatus().build();
    try {
      client
          .resource(changed)
          .lockResourceVersion(stored.getMetadata().getResourceVersion())
          .updateStatus();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      // Deleted meanwhile, and its status with it.
    }
  }
}
