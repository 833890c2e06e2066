package dev.mcpgateway.webhook.promotion;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Promotes {@code failurePolicy} from {@code Ignore} to {@code Fail} after a successful {@link
 * SelfTest}, and again after every reset. Never the other way.
 */
public final class FailurePolicyKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FailurePolicyKeeper.class);
  private static final String FAIL = "Fail";

  /** Reviews of virtual servers only ever warn: an outage must not block them. */
  private static final String ONLY_WARNS = "vmcpvirtualserver.mcp.kagenti.com";

  private final Resource<ValidatingWebhookConfiguration> configuration;
  private final SelfTest test;
  private final boolean promotes;
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("failure-policy").factory());
  private volatile boolean failing;
  private volatile String lastFailure = "";

  /**
   * Nothing is read before {@link #start}.
   *
   * @param configuration name of the ValidatingWebhookConfiguration
   * @param namespace where the self-test is tried
   * @param promotes false when somebody else decides the policy: then it is only read
   */
  public FailurePolicyKeeper(
      KubernetesClient client, String configuration, String namespace, boolean promotes) {
    this.configuration =
        client
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName(configuration);
    this.test = new SelfTest(client, namespace);
    this.promotes = promotes;
  }

  /** Starts looking. */
  public void start(Duration interval) {
    var _ =
        loop.scheduleWithFixedDelay(
            this::round, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether every webhook was found, or put, at {@code Fail} in the last round. */
  public boolean failing() {
    return failing;
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }

  private void round() {
    try {
      keep();
    } catch (RuntimeException e) {
      // The next round tries again; a policy that cannot be read is not known to be promoted.
      failing = false;
      log.atWarn().setCause(e).log("Failure policy not settled, trying again");
    }
  }

  private void keep() {
    ValidatingWebhookConfiguration present = configuration.get();
    List<ValidatingWebhook> webhooks = present == null ? List.of() : present.getWebhooks();
    boolean settled = webhooks.stream().allMatch(FailurePolicyKeeper::settled);
    failing = settled && !webhooks.isEmpty();
    if (!settled
        && promotes
        && webhooks.stream().allMatch(FailurePolicyKeeper::trusted)
        && passed()) {
      promote(webhooks);
      failing = true;
    }
  }

  private boolean passed() {
    String failure = test.failure();
    if (!failure.equals(lastFailure)) {
      lastFailure = failure;
      log.atInfo().addKeyValue("failure", failure).log("Self-test");
    }
    return failure.isEmpty();
  }

  private void promote(List<ValidatingWebhook> webhooks) {
    ArrayNode patch = new ObjectMapper().createArrayNode();
    for (int i = 0; i < webhooks.size(); i++) {
      if (!settled(webhooks.get(i))) {
        // The index may have moved since: then the test fails and the next round tries again.
        patch
            .addObject()
            .put("op", "test")
            .put("path", "/webhooks/%d/name".formatted(i))
            .put("value", webhooks.get(i).getName());
        patch
            .addObject()
            .put("op", "replace")
            .put("path", "/webhooks/%d/failurePolicy".formatted(i))
            .put("value", FAIL);
      }
    }
    configuration.patch(PatchContext.of(PatchType.JSON), patch.toString());
    log.atInfo().addKeyValue("webhooks", patch.size() / 2).log("Promoted to Fail");
  }

  private static boolean settled(ValidatingWebhook webhook) {
    return FAIL.equals(webhook.getFailurePolicy()) || ONLY_WARNS.equals(webhook.getName());
  }

  /** One that nobody could call would only block. */
  private static boolean trusted(ValidatingWebhook webhook) {
    String bundle =
        webhook.getClientConfig() == null ? null : webhook.getClientConfig().getCaBundle();
    return bundle != null && !bundle.isEmpty();
  }
}
