package dev.mcpgateway.local.network;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Rewrites the addresses in what a control plane sends to an Envoy: pod and Service addresses
 * become loopback aliases, cluster names are resolved, and a wildcard bind becomes the pod's own
 * alias (otherwise all pods of the machine would fight for the same port).
 */
final class XdsRewriter {
  private static final Map<String, Message> TYPES =
      Map.of(
          "type.googleapis.com/envoy.config.listener.v3.Listener", Listener.getDefaultInstance(),
          "type.googleapis.com/envoy.config.cluster.v3.Cluster", Cluster.getDefaultInstance(),
          "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
              ClusterLoadAssignment.getDefaultInstance());

  private final AddressMap addresses;
  private final ClusterDns dns;

  XdsRewriter(AddressMap addresses, ClusterDns dns) {
    this.addresses = addresses;
    this.dns = dns;
  }

  /**
   * The alias of the pod an Envoy runs in, from its node id {@code
   * router~POD_IP~NAME.NAMESPACE~DOMAIN}.
   */
  String ownAddress(String nodeId) {
    var parts = nodeId.split("~", -1);
    return parts.length > 1 ? addresses.loopback(parts[1]) : "127.0.0.1";
  }

  DiscoveryResponse rewrite(DiscoveryResponse response, String own)
      throws InvalidProtocolBufferException {
    var type = TYPES.get(response.getTypeUrl());
    if (type == null) {
      return response;
    }
    UnaryOperator<String> map = address -> map(address, own);
    var changed = response.toBuilder();
    for (int i = 0; i < response.getResourcesCount(); i++) {
      var resource = type.newBuilderForType().mergeFrom(response.getResources(i).getValue());
      if (rewrite(resource, map)) {
        changed.setResources(
            i,
            Any.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setValue(resource.build().toByteString()));
      }
    }
    return changed.build();
  }

  private String map(String address, String own) {
    return address.equals("0.0.0.0") || address.equals("::")
        ? own
        : dns.lookup(address).orElse(addresses.loopback(address));
  }

  /** Walks a message and changes every socket address in it; true when there was one to change. */
  private static boolean rewrite(Message.Builder message, UnaryOperator<String> map) {
    if (message instanceof SocketAddress.Builder socket) {
      var before = socket.getAddress();
      socket.setAddress(map.apply(before));
      return !before.equals(socket.getAddress());
    }
    boolean changed = false;
    for (var field : message.getAllFields().keySet()) {
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
        continue;
      }
      if (!field.isRepeated()) {
        var part = ((Message) message.getField(field)).toBuilder();
        if (rewrite(part, map)) {
          message.setField(field, part.build());
          changed = true;
        }
        continue;
      }
      for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
        var part = ((Message) message.getRepeatedField(field, i)).toBuilder();
        if (rewrite(part, map)) {
          message.setRepeatedField(field, i, part.build());
          changed = true;
        }
      }
    }
    return changed;
  }
}
