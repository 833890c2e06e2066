package dev.mcpgateway.local;

import dev.mcpgateway.local.network.AddressMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How a Gateway's HTTP listeners are reached from this machine: by the alias of its Service, and by
 * NodePort where there is one.
 */
final class GatewayUrls {
  private static final String GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";
  private static final String LOOPBACK_NAME = "127-0-0-1";

  private GatewayUrls() {}

  static List<URI> of(
      KubernetesClient client, AddressMap addresses, String namespace, String name) {
    var gateway = client.resources(Gateway.class).inNamespace(namespace).withName(name).get();
    if (gateway == null) {
      throw new IllegalArgumentException("there is no Gateway " + namespace + "/" + name);
    }
    var services = client.services().inNamespace(namespace).list().getItems();
    return of(gateway, services, addresses);
  }

  static List<URI> of(Gateway gateway, Collection<Service> services, AddressMap addresses) {
    var http =
        gateway.getSpec().getListeners().stream()
            .filter(l -> "HTTP".equals(l.getProtocol()))
            .toList();
    var ports = http.stream().map(Listener::getPort).collect(Collectors.toSet());
    var byAlias = new ArrayList<URI>();
    var byNodePort = new ArrayList<URI>();
    for (var service : services) {
      var selector = service.getSpec().getSelector();
      if (selector == null || !gateway.getMetadata().getName().equals(selector.get(GATEWAY_NAME))) {
        continue;
      }
      for (var port : service.getSpec().getPorts()) {
        if (!ports.contains(target(port))) {
          continue;
        }
        if ("NodePort".equals(service.getSpec().getType())) {
          byNodePort.add(uri("127.0.0.1", port.getNodePort()));
          named(http, target(port)).forEach(h -> byNodePort.add(uri(h, port.getNodePort())));
        } else {
          byAlias.add(uri(addresses.loopback(service.getSpec().getClusterIP()), port.getPort()));
        }
      }
    }
    byAlias.addAll(byNodePort);
    return byAlias;
  }

  /**
   * Host names that resolve to this machine by themselves, like {@code team.127-0-0-1.sslip.io}.
   */
  private static List<String> named(List<Listener> listeners, int port) {
    return listeners.stream()
        .filter(l -> l.getPort() == port)
        .map(Listener::getHostname)
        .filter(Objects::nonNull)
        .filter(h -> h.contains(LOOPBACK_NAME) && !h.startsWith("*"))
        .toList();
  }

  private static int target(ServicePort port) {
    var target = port.getTargetPort();
    return target == null || target.getIntVal() == null || target.getIntVal() == 0
        ? port.getPort()
        : target.getIntVal();
  }

  private static URI uri(String host, int port) {
    return URI.create("http://" + host + ":" + port);
  }
}
