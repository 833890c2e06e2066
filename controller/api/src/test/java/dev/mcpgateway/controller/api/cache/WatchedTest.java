package dev.mcpgateway.controller.api.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.controller.api.ObjectKey;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One kind without an API server: what its informer would call is called here. */
class WatchedTest {
  private static final ObjectKey KEY = new ObjectKey("team", "one");
  private static final String UNREADABLE = "nonsense";

  // Never asked: the test plays the informer.
  private final KubernetesClient client =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder()
                  .withAutoConfigure(false)
                  .withMasterUrl("http://127.0.0.1:1")
                  .build())
          .build();

  private final AtomicInteger changes = new AtomicInteger();
  private final Watched<Pod, String> phases =
      Watched.facts(
          Pod.class,
          client.pods().inAnyNamespace(),
          client.getKubernetesSerialization(),
          WatchedTest::phase,
          changes::incrementAndGet);

  @AfterEach
  void close() {
    phases.close();
    client.close();
  }

  @Test
  void anObjectThatIsReplacedByAnotherOneOfItsNameIsTheSameEntry() {
    phases.onAdd(pod("uid-1", "Running"));
    // What is seen when it was deleted and made again while the watch was down.
    phases.onUpdate(pod("uid-1", "Running"), pod("uid-2", "Pending"));
    assertThat(phases.snapshot()).isEqualTo(Map.of(KEY, "Pending"));
    phases.onDelete(pod("uid-2", "Pending"), true);
    assertThat(phases.snapshot()).isEmpty();
    assertThat(changes).hasValue(3);
  }

  @Test
  void onlyChangesOfFactsAreTold() {
    phases.onAdd(pod("uid", "Running"));
    phases.onUpdate(pod("uid", "Running"), pod("uid", "Running"));
    assertThat(changes).hasValue(1);
    assertThat(phases.get(KEY)).contains("Running");
  }

  @Test
  void anObjectThatIsOfNoInterestAnyMoreIsForgotten() {
    phases.onAdd(pod("uid", "Running"));
    phases.onUpdate(pod("uid", "Running"), pod("uid", null));
    assertThat(phases.snapshot()).isEmpty();
    phases.onDelete(pod("uid", null), false);
    assertThat(changes).hasValue(2);
  }

  @Test
  void anObjectThatCannotBeReadAnyMoreLosesItsFacts() {
    phases.onAdd(pod("uid", "Running"));
    phases.onUpdate(pod("uid", "Running"), pod("uid", UNREADABLE));
    assertThat(phases.snapshot()).isEmpty();
    assertThat(phases.unreadable()).isEqualTo(1);
    assertThat(changes).hasValue(2);
    phases.onUpdate(pod("uid", UNREADABLE), pod("uid", "Running"));
    assertThat(phases.snapshot()).isEqualTo(Map.of(KEY, "Running"));
    assertThat(phases.unreadable()).isZero();
  }

  @Test
  void anUnreadableObjectThatIsDeletedIsForgotten() {
    phases.onAdd(pod("uid", UNREADABLE));
    phases.onDelete(pod("uid", UNREADABLE), false);
    assertThat(phases.unreadable()).isZero();
    assertThat(changes).hasValue(0);
  }

  private static Optional<String> phase(Pod pod) {
    String phase = pod.getStatus().getPhase();
    if (UNREADABLE.equals(phase)) {
      throw new IllegalArgumentException("no such phase");
    }
    return Optional.ofNullable(phase);
  }

  private static Pod pod(String uid, @Nullable String phase) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(KEY.namespace())
        .withName(KEY.name())
        .withUid(uid)
        .endMetadata()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }
}
