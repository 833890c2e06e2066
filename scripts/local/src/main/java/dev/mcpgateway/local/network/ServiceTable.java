package dev.mcpgateway.local.network;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All Services with the endpoints behind them: what kube-proxy and cluster DNS work from. */
public record ServiceTable(List<Entry> services) {
  public static final ServiceTable EMPTY = new ServiceTable(List.of());
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  /**
   * One Service.
   *
   * @param clusterIp absent for headless Services
   * @param pods addresses behind a headless Service, with their host names where a StatefulSet
   *     gives them one
   */
  public record Entry(
      String namespace,
      String name,
      @Nullable String clusterIp,
      List<Port> ports,
      List<Host> pods) {}

  /**
   * A port of a Service; {@code nodePort} is 0 where there is none. Endpoints are cluster addresses
   * with the target port.
   */
  public record Port(int port, int nodePort, List<Target> endpoints) {}

  /** An address of a pod and a port of it. */
  public record Target(String address, int port) {}

  /** A pod behind a headless Service. */
  public record Host(@Nullable String hostname, String address) {}

  static ServiceTable of(Collection<Service> services, Collection<EndpointSlice> slices) {
    return new ServiceTable(
        services.stream()
            .filter(s -> !"ExternalName".equals(s.getSpec().getType()))
            .map(s -> entry(s, slices.stream().filter(e -> belongs(e, s)).toList()))
            .sorted(Comparator.comparing(Entry::namespace).thenComparing(Entry::name))
            .toList());
  }

  private static boolean belongs(EndpointSlice slice, Service service) {
    var labels = slice.getMetadata().getLabels();
    return slice.getMetadata().getNamespace().equals(service.getMetadata().getNamespace())
        && labels != null
        && service.getMetadata().getName().equals(labels.get(SERVICE_NAME))
        && "IPv4".equals(slice.getAddressType());
  }

  private static Entry entry(Service service, List<EndpointSlice> slices) {
    var ip = service.getSpec().getClusterIP();
    boolean headless = ip == null || ip.isEmpty() || ip.equals("None");
    var ports =
        service.getSpec().getPorts().stream()
            .filter(p -> "TCP".equals(p.getProtocol()))
            .map(p -> new Port(p.getPort(), nodePort(p), targets(p, slices)))
            .toList();
    return new Entry(
        service.getMetadata().getNamespace(),
        service.getMetadata().getName(),
        headless ? null : ip,
        ports,
        headless ? hosts(slices) : List.of());
  }

  private static int nodePort(ServicePort port) {
    return Optional.ofNullable(port.getNodePort()).orElse(0);
  }

  /**
   * Ready endpoints; where there is none, those that still serve while they terminate, as
   * kube-proxy does.
   */
  private static List<Target> targets(ServicePort port, List<EndpointSlice> slices) {
    var ready = new ArrayList<Target>();
    var serving = new ArrayList<Target>();
    for (var slice : slices) {
      for (var p : list(slice.getPorts())) {
        if (p.getPort() == null || !sameName(p.getName(), port.getName())) {
          continue;
        }
        for (var e : list(slice.getEndpoints())) {
          var into = isReady(e) ? ready : isServing(e) ? serving : null;
          if (into != null) {
            e.getAddresses().forEach(a -> into.add(new Target(a, p.getPort())));
          }
        }
      }
    }
    return List.copyOf(ready.isEmpty() ? serving : ready);
  }

  /** Go writes an empty list as null. */
  private static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static boolean sameName(@Nullable String a, @Nullable String b) {
    return Objects.requireNonNullElse(a, "").equals(Objects.requireNonNullElse(b, ""));
  }

  private static boolean isReady(Endpoint e) {
    return e.getConditions() == null || !Boolean.FALSE.equals(e.getConditions().getReady());
  }

  private static boolean isServing(Endpoint e) {
    return Boolean.TRUE.equals(e.getConditions().getServing());
  }

  private static List<Host> hosts(List<EndpointSlice> slices) {
    return slices.stream()
        .flatMap(s -> list(s.getEndpoints()).stream())
        .filter(ServiceTable::isReady)
        .flatMap(e -> e.getAddresses().stream().map(a -> new Host(e.getHostname(), a)))
        .distinct()
        .toList();
  }
}
