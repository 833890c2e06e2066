package dev.mcpgateway.controller.api.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One kind without an API server: what its informer would call is called here. */
class WatchedTest {
  private static final ObjectKey KEY = new ObjectKey("team-a", "s");

  private final KubernetesClient client =
      new KubernetesClientBuilder()
          .withConfig(new ConfigBuilder().withMasterUrl("http://127.0.0.1:9").build())
          .build();
  private final List<Change> changes = new ArrayList<>();
  private final Watched<Service, String> watched =
      new Watched<>(
          WatchedKind.SERVICE, client.services().inAnyNamespace(), WatchedTest::type, changes::add);

  @AfterEach
  void close() {
    watched.close();
    client.close();
  }

  @Test
  void anObjectThatCannotBeReadAnyMoreLosesItsFacts() {
    watched.onAdd(service("ClusterIP"));
    assertThat(watched.snapshot()).isEqualTo(Map.of(KEY, "ClusterIP"));
    assertThat(watched.unreadable()).isZero();

    watched.onUpdate(service("ClusterIP"), service("nonsense"));
    assertThat(watched.snapshot()).isEmpty();
    assertThat(watched.unreadable()).isEqualTo(1);
    assertThat(changes).hasSize(2);

    watched.onUpdate(service("nonsense"), service("ClusterIP"));
    assertThat(watched.snapshot()).isEqualTo(Map.of(KEY, "ClusterIP"));
    assertThat(watched.unreadable()).isZero();
    assertThat(changes).hasSize(3);
  }

  @Test
  void anUnreadableObjectThatIsDeletedIsForgotten() {
    watched.onAdd(service("nonsense"));
    assertThat(watched.unreadable()).isEqualTo(1);
    watched.onDelete(service("nonsense"), false);
    assertThat(watched.unreadable()).isZero();
    assertThat(changes).isEmpty();
  }

  private static String type(Service service) {
    String type = service.getSpec().getType();
    if (type.equals("nonsense")) {
      throw new IllegalArgumentException("no such type");
    }
    return type;
  }

  private static Service service(String type) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(KEY.namespace())
        .withName(KEY.name())
        .endMetadata()
        .withNewSpec()
        .withType(type)
        .endSpec()
        .build();
  }
}
