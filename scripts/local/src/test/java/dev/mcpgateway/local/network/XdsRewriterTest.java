package dev.mcpgateway.local.network;

import static dev.mcpgateway.local.network.Tables.SERVICE;
import static dev.mcpgateway.local.network.Tables.table;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XdsRewriterTest {
  private static final String OWN = "127.244.0.9";
  @TempDir Path folder;
  private XdsRewriter rewriter;

  @BeforeEach
  void rewriter() throws Exception {
    var addresses = new AddressMap(244);
    var dns = new ClusterDns(folder.resolve("hosts"), addresses);
    dns.apply(table(List.of(SERVICE), List.of()));
    rewriter = new XdsRewriter(addresses, dns);
  }

  @Test
  void endpointsOfPodsBecomeLoopbackAliases() throws Exception {
    assertThat(endpoint("10.244.0.7")).isEqualTo("127.244.0.7");
    assertThat(endpoint("192.0.2.1")).isEqualTo("192.0.2.1");
  }

  @Test
  void clusterNamesAreResolved() throws Exception {
    assertThat(endpoint("web.team-a.svc.cluster.local")).isEqualTo("127.96.1.2");
  }

  @Test
  void aWildcardListenerBindsTheAliasOfItsPod() throws Exception {
    var listener = Listener.newBuilder().setName("l").setAddress(address("0.0.0.0")).build();
    var rewritten = Listener.parseFrom(rewrite("listener.v3.Listener", listener).getValue());
    assertThat(rewritten.getAddress().getSocketAddress().getAddress()).isEqualTo(OWN);
    assertThat(rewritten.getAddress().getSocketAddress().getPortValue()).isEqualTo(8080);
  }

  @Test
  void whatHoldsNoAddressPassesUnchanged() throws Exception {
    var response =
        DiscoveryResponse.newBuilder()
            .setTypeUrl("type.googleapis.com/envoy.config.route.v3.RouteConfiguration")
            .addResources(Any.pack(Cluster.newBuilder().setName("anything").build()))
            .build();
    assertThat(rewriter.rewrite(response, OWN)).isSameAs(response);
  }

  @Test
  void theNodeIdTellsTheAliasOfThePod() {
    assertThat(rewriter.ownAddress("router~10.244.0.9~gw.ns~ns.svc.cluster.local")).isEqualTo(OWN);
    assertThat(rewriter.ownAddress("strange")).isEqualTo("127.0.0.1");
  }

  private String endpoint(String host) throws Exception {
    var endpoint =
        LbEndpoint.newBuilder().setEndpoint(Endpoint.newBuilder().setAddress(address(host)));
    var assignment =
        ClusterLoadAssignment.newBuilder()
            .setClusterName("c")
            .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint))
            .build();
    var rewritten =
        ClusterLoadAssignment.parseFrom(
            rewrite("endpoint.v3.ClusterLoadAssignment", assignment).getValue());
    return rewritten
        .getEndpoints(0)
        .getLbEndpoints(0)
        .getEndpoint()
        .getAddress()
        .getSocketAddress()
        .getAddress();
  }

  private Any rewrite(String type, Message message) throws Exception {
    var url = "type.googleapis.com/envoy.config." + type;
    var resource = Any.newBuilder().setTypeUrl(url).setValue(message.toByteString()).build();
    var response = DiscoveryResponse.newBuilder().setTypeUrl(url).addResources(resource).build();
    return rewriter.rewrite(response, OWN).getResources(0);
  }

  private static Address address(String host) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(8080))
        .build();
  }
}
