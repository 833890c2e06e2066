package dev.mcpgateway.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The webhook of one release, as an administrator sees and treats it. */
final class WebhookRelease {
  private static final Pattern EXPIRY =
      Pattern.compile("(?m)^mcp_webhook_certificate_expiry_seconds (\\S+)$");

  private final Guide guide;
  private final String namespace;
  private final String name;

  WebhookRelease(Guide guide, String namespace, String release) {
    this.guide = guide;
    this.namespace = namespace;
    this.name = release + "-mcp-gateway-webhook";
  }

  /** Of its Deployment, Service, configuration and Certificate. */
  String name() {
    return name;
  }

  /** The failure policy of the extensions' entry. */
  String policy() {
    return guide
        .kubectl(
            "get",
            "validatingwebhookconfiguration",
            name,
            "-o",
            "jsonpath={.webhooks[?(@.name==\"vmcpgatewayextension.mcp.kagenti.com\")].failurePolicy}")
        .orFail();
  }

  /** Waits until the webhook has proven its denials and raised the policy. */
  void awaitPromotion() {
    await().untilAsserted(() -> assertThat(policy()).isEqualTo("Fail"));
  }

  /** Names of its pods, the terminating ones included. */
  List<String> pods() {
    return guide
        .kubectl(
            "get",
            "pods",
            "-n",
            namespace,
            "-l",
            "app.kubernetes.io/component=webhook",
            "-o",
            "name")
        .orFail()
        .lines()
        .toList();
  }

  /** Waits until there are as many pods, none of an earlier version among them. */
  void awaitPods(int count) {
    await().untilAsserted(() -> assertThat(pods()).hasSize(count));
  }

  void scale(int replicas) {
    guide.kubectl("scale", "deployment", name, "-n", namespace, "--replicas=" + replicas).orFail();
    if (replicas == 0) {
      await().until(() -> pods().isEmpty());
    } else {
      awaitRollout();
    }
  }

  /** Replaces every pod; returns when the old ones have gone, drain and grace included. */
  void restart() {
    List<String> old = pods();
    guide.kubectl("rollout", "restart", "deployment", name, "-n", namespace).orFail();
    awaitRollout();
    old.forEach(this::awaitGone);
  }

  /** Deletes one pod and waits until it has gone and another is ready in its place. */
  void replace(String pod) {
    guide.kubectl("delete", pod, "-n", namespace, "--wait=false").orFail();
    awaitGone(pod);
    awaitRollout();
  }

  /** A value of the Secret with the certificates, as stored. */
  String secret(String key) {
    return guide.get("secret/" + name + "-tls", namespace, "{.data." + key + "}");
  }

  /** When the certificate expires that a pod presents now, as its metrics tell. */
  String expiry(String pod) {
    String metrics =
        guide
            .kubectl(
                "get",
                "--raw",
                "/api/v1/namespaces/%s/pods/%s:8081/proxy/metrics"
                    .formatted(namespace, pod.substring("pod/".length())))
            .orFail();
    Matcher expiry = EXPIRY.matcher(metrics);
    assertThat(expiry.find()).as("the metric of the certificate's expiry").isTrue();
    return expiry.group(1);
  }

  /** An empty Secret and no replica that remembers what was in it. */
  void forgetCertificates() {
    scale(0);
    guide
        .kubectl(
            "patch",
            "secret",
            name + "-tls",
            "-n",
            namespace,
            "--type=json",
            "-p",
            "[{\"op\":\"remove\",\"path\":\"/data\"}]")
        .orFail();
  }

  private void awaitRollout() {
    guide
        .kubectl("rollout", "status", "deployment", name, "-n", namespace, "--timeout=220s")
        .orFail();
  }

  private void awaitGone(String pod) {
    await().until(() -> !pods().contains(pod));
  }
}
