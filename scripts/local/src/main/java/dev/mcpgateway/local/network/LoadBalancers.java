package dev.mcpgateway.local.network;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Collection;

/**
 * The job of a cloud's load balancer controller: a Service of type LoadBalancer gets an address,
 * here the alias it answers on.
 */
final class LoadBalancers {
  private final KubernetesClient client;
  private final AddressMap addresses;

  LoadBalancers(KubernetesClient client, AddressMap addresses) {
    this.client = client;
    this.addresses = addresses;
  }

  void apply(Collection<Service> services) {
    services.stream().filter(LoadBalancers::waiting).forEach(this::give);
  }

  static boolean waiting(Service service) {
    var status = service.getStatus();
    var balancer = status == null ? null : status.getLoadBalancer();
    return "LoadBalancer".equals(service.getSpec().getType())
        && service.getSpec().getClusterIP() != null
        && service.getMetadata().getDeletionTimestamp() == null
        && (balancer == null || balancer.getIngress().isEmpty());
  }

  private void give(Service service) {
    var address = addresses.loopback(service.getSpec().getClusterIP());
    client
        .services()
        .resource(service)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"" + address + "\"}]}}}");
  }
}
