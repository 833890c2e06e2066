package dev.mcpgateway.webhook.promotion;

import dev.mcpgateway.webhook.configuration.WebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

  private final WebhookConfiguration configuration;
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
   * @param configuration whose policy is kept
   * @param namespace where the self-test is tried
   * @param promotes false when somebody else decides the policy: then it is only read
   */
  public FailurePolicyKeeper(
      KubernetesClient client,
      WebhookConfiguration configuration,
      String namespace,
      boolean promotes) {
    this.configuration = configuration;
    this.test = new SelfTest(client, namespace);
    this.promotes = promotes;
  }

  /** Starts looking, at once and then in this interval. */
  public void start(Duration interval) {
    var _ = loop.scheduleWithFixedDelay(this::round, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
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
    List<ValidatingWebhook> webhooks = configuration.read();
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
    int written =
        configuration.write(
            webhooks, "failurePolicy", w -> settled(w) ? Optional.empty() : Optional.of(FAIL));
    log.atInfo().addKeyValue("webhooks", written).log("Promoted to Fail");
  }

  private static boolean settled(ValidatingWebhook webhook) {
    return FAIL.equals(webhook.getFailurePolicy()) || ONLY_WARNS.equals(webhook.getName());
  }

  /** One that nobody could call would only block. */
  private static boolean trusted(ValidatingWebhook webhook) {
    return !WebhookConfiguration.caBundle(webhook).isEmpty();
  }
}
