package dev.mcpgateway.controller.api.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.controller.api.facts.FactsMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Whoever may make an object may make it large: little of it is read at once. */
class LargeObjectsTest {
  @Test
  void everyKindIsListedInSmallPages() throws IOException {
    Map<String, String> asked = new ConcurrentHashMap<>();
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/",
        exchange -> {
          var uri = exchange.getRequestURI();
          asked.putIfAbsent(uri.getPath(), uri.getQuery());
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    api.start();
    try (KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(
                    new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                        .build())
                .build();
        WorldCache cache =
            new WorldCache(client, EnumSet.allOf(WatchedKind.class), Set.of(), change -> {})) {
      cache.start();
      await().until(() -> asked.size() == WatchedKind.values().length);
      assertThat(asked.values())
          .allSatisfy(query -> assertThat(Arrays.asList(query.split("&"))).contains("limit=10"));
    } finally {
      api.stop(0);
    }
  }

  @Test
  void metadataWithoutBoundsIsNotEvenMadeObjects() {
    HTTPRoute route =
        LeanClient.serialization()
            .unmarshal(
                """
                {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
                 "metadata": {"name": "r", "namespace": "team-a", "uid": "u", "generation": 3,
                   "annotations": {"a": "b"},
                   "labels": {"a": "b"}, "finalizers": ["test.example/f"],
                   "ownerReferences": [{"name": "o"}],
                   "managedFields": [{"manager": "m", "fieldsV1": {"f:metadata": {}}}]},
                 "spec": {"hostnames": ["h"]}}
                """,
                HTTPRoute.class);
    var meta = route.getMetadata();
    assertThat(meta.getName()).isEqualTo("r");
    assertThat(meta.getGeneration()).isEqualTo(3);
    assertThat(meta.getAnnotations()).containsKey("a");
    assertThat(route.getSpec().getHostnames()).containsExactly("h");
    assertThat(meta.getLabels()).isNullOrEmpty();
    assertThat(meta.getFinalizers()).isNullOrEmpty();
    assertThat(meta.getOwnerReferences()).isNullOrEmpty();
    assertThat(meta.getManagedFields()).isNullOrEmpty();
    assertThat(meta.getAdditionalProperties()).isEmpty();
  }

  @Test
  void whoReadsForAnybodyKeepsOnlyTheLabelsThatMeanSomething() {
    HTTPRoute route =
        LeanClient.leanest()
            .unmarshal(
                """
                {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
                 "metadata": {"name": "r", "generation": 3, "annotations": {"a": "b"},
                   "labels": {"a": "b", "mcp.kagenti.com/gateway": "gw", "c": "d"},
                   "finalizers": ["test.example/f"], "ownerReferences": [{"name": "o"}],
                   "managedFields": [{"manager": "m", "fieldsV1": {"f:metadata": {}}}]},
                 "spec": {"hostnames": ["h"]}}
                """,
                HTTPRoute.class);
    var meta = route.getMetadata();
    assertThat(meta.getGeneration()).isEqualTo(3);
    assertThat(meta.getLabels()).isEqualTo(Map.of("mcp.kagenti.com/gateway", "gw"));
    assertThat(meta.getAnnotations()).isNullOrEmpty();
    assertThat(meta.getFinalizers()).isNullOrEmpty();
    assertThat(meta.getOwnerReferences()).isNullOrEmpty();
    assertThat(meta.getManagedFields()).isNullOrEmpty();
    assertThat(meta.getAdditionalProperties()).isEmpty();
    assertThat(route.getSpec().getHostnames()).containsExactly("h");
  }

  @Test
  void ofASecretWithAnyNumberOfEntriesNoMoreIsReadThanTellsThatItIsTooLarge() {
    StringBuilder data = new StringBuilder("\"token\": \"dA==\"");
    for (int i = 0; i < 100_000; i++) {
      data.append(", \"%05d\": \"\"".formatted(i));
    }
    Secret secret =
        LeanClient.leanest()
            .unmarshal(
                "{\"kind\": \"Secret\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"s\"}, \"data\": {%s}, \"type\": \"Opaque\"}"
                    .formatted(data),
                Secret.class);
    assertThat(secret.getData()).containsEntry("token", "dA==").hasSizeLessThan(20_000);
    assertThat(secret.getType()).isEqualTo("Opaque");
    assertThat(FactsMapper.credential(secret).tooLarge()).isTrue();
  }
}
