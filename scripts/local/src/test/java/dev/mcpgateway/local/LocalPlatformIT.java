package dev.mcpgateway.local;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpgateway.local.process.ProcessRecord;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the platform promises, on one platform with real programs. Every test has a namespace of its
 * own.
 */
class LocalPlatformIT {
  private static final Path RESOURCES = Path.of("src/test/resources/it");
  private static final String EDGE = "edge.127-0-0-1.sslip.io";
  @TempDir static Path folder;
  private static LocalPlatform platform;
  private static HttpClient http;

  @BeforeAll
  static void start() throws Exception {
    ToolsOrSkip.check();
    // The Host header is how a Gateway is asked where its name does not resolve; a connection for
    // each request shows who answers.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection");
    http = HttpClient.newBuilder().connectTimeout(ofSeconds(5)).build();
    platform =
        LocalPlatform.start(
            folder.resolve("platform"),
            Options.fromEnvironment()
                .withImages(Path.of("images.yaml"), RESOURCES.resolve("images.yaml"))
                .with("TEST_CLASS_PATH", System.getProperty("java.class.path")));
  }

  @AfterAll
  static void nothingIsLeftAfterTheEnd() throws Exception {
    if (platform == null) {
      return;
    }
    var running = ProcessRecord.read(platform.folder().processes());
    assertThat(running)
        .extracting(ProcessRecord::name)
        .contains("etcd", "kube-apiserver", "istiod");
    platform.close();
    within(20).untilAsserted(() -> assertThat(running).noneMatch(ProcessRecord::alive));
    assertThat(Marked.processes(platform.folder().root())).isEmpty();
    assertThat(platform.kubeconfig()).doesNotExist();
    assertThat(platform.folder().log().resolve("kube-apiserver.log")).exists();
  }

  @Test
  void aDeploymentOfTwoBecomesAvailableAndAnswersOnServiceAddressAndNodePort() throws Exception {
    web("answers");
    var port =
        platform
            .client()
            .services()
            .inNamespace("answers")
            .withName("web")
            .get()
            .getSpec()
            .getPorts()
            .getFirst()
            .getNodePort();
    for (var base :
        List.of(platform.service("answers", "web", 8081), URI.create("http://127.0.0.1:" + port))) {
      var names = new HashSet<String>();
      within(30)
          .untilAsserted(() -> {
            names.add(get(base, "/").body());
            assertThat(names).as("both pods behind %s", base).hasSize(2);
          });
    }
  }

  @Test
  void podsReachEachOtherByNameAndByAddress() throws Exception {
    web("reach");
    var base = platform.service("reach", "web", 8081);
    var pod = pods("reach").getFirst();
    assertThat(get(base, "/fetch?http://web.reach.svc.cluster.local:8081/").body())
        .startsWith("web-");
    assertThat(get(base, "/fetch?http://web.reach:8081/").body()).startsWith("web-");
    assertThat(get(base, "/fetch?http://" + pod.getStatus().getPodIP() + ":8080/").body())
        .isEqualTo(pod.getMetadata().getName());
  }

  @Test
  void aSecretUpdateReachesTheFilesAtOnceAndTogether() throws Exception {
    web("secrets");
    var base = platform.service("secrets", "web", 8081);
    assertThat(get(base, "/file/a").body()).isEqualTo("1");
    var data = volume("secrets", "config").resolve("..data");
    var before = data.toRealPath();
    kubectl(
        "patch",
        "secret",
        "web",
        "-n",
        "secrets",
        "-p",
        "{\"stringData\":{\"a\":\"2\",\"b\":\"2\"}}");
    within(20).untilAsserted(() -> assertThat(data.toRealPath()).isNotEqualTo(before));
    assertThat(data.resolve("a")).hasContent("2");
    assertThat(data.resolve("b")).hasContent("2");
    within(20).untilAsserted(() -> assertThat(get(base, "/file/b").body()).isEqualTo("2"));
  }

  @Test
  void aPodWaitsForItsSecretAndStartsWhenItAppears() throws Exception {
    namespace("waits");
    apply("waits", "web.yaml", yaml -> yaml.replace("secretName: web", "secretName: later"));
    within(60)
        .untilAsserted(() -> {
          var waiting =
              pods("waits")
                  .getFirst()
                  .getStatus()
                  .getContainerStatuses()
                  .getFirst()
                  .getState()
                  .getWaiting();
          assertThat(waiting.getReason()).isEqualTo("ContainerCreating");
          assertThat(waiting.getMessage()).isEqualTo("secret \"later\" not found");
        });
    kubectl("create", "secret", "generic", "later", "-n", "waits", "--from-literal=a=1");
    kubectl("rollout", "status", "deployment/web", "-n", "waits", "--timeout=60s");
  }

  @Test
  void aKilledProcessIsStartedAgainAndToldAbout() throws Exception {
    web("killed");
    var pod = pods("killed").getFirst().getMetadata().getName();
    var process = ProcessHandle.of(processOf("pod/killed/" + pod + "/web").pid()).orElseThrow();
    process.destroyForcibly();
    within(60)
        .untilAsserted(() -> {
          var status =
              platform
                  .client()
                  .pods()
                  .inNamespace("killed")
                  .withName(pod)
                  .get()
                  .getStatus()
                  .getContainerStatuses()
                  .getFirst();
          assertThat(status.getRestartCount()).isEqualTo(1);
          assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(137);
          assertThat(status.getReady()).isTrue();
        });
  }

  @Test
  void aFailedLivenessProbeRestartsAndACrashLoopBacksOff() throws Exception {
    namespace("probes");
    apply(
        "probes",
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: sick}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: c
            image: local/host
            command: [sleep, "1000"]
            livenessProbe: {exec: {command: ["false"]}, periodSeconds: 1, failureThreshold: 2}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: crash}
        spec:
          automountServiceAccountToken: false
          containers: [{name: c, image: local/host, command: [sh, -c, exit 3]}]
        """);
    within(60)
        .untilAsserted(() -> {
          var sick = status("probes", "sick");
          assertThat(sick.getRestartCount()).isPositive();
          var crash = status("probes", "crash");
          assertThat(crash.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
          assertThat(crash.getLastState().getTerminated().getExitCode()).isEqualTo(3);
        });
  }

  @Test
  void aPodEndsWithItsHookThenTheSignalThenItsOwnTime() throws Exception {
    namespace("ends");
    var told = folder.resolve("told");
    apply(
        "ends",
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: polite}
        spec:
          terminationGracePeriodSeconds: 20
          volumes: [{name: out, hostPath: {path: %s}}]
          containers:
          - name: c
            image: local/host
            command: [sh, -c, "trap 'echo signal >> /out/told; exit 0' TERM; touch /out/up; while true; do sleep 0.1; done"]
            volumeMounts: [{name: out, mountPath: /out}]
            lifecycle: {preStop: {exec: {command: [sh, -c, "echo hook >> /out/told"]}}}
        """
            .formatted(folder));
    within(60).until(() -> Files.exists(folder.resolve("up")));
    kubectl("delete", "pod", "polite", "-n", "ends", "--timeout=15s");
    assertThat(Files.readAllLines(told)).containsExactly("hook", "signal");
  }

  @Test
  void aPodActsAsItsOwnServiceAccountAndItsLogCanBeRead() throws Exception {
    namespace("identity");
    kubectl("create", "serviceaccount", "robot", "-n", "identity");
    apply(
        "identity",
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: who}
        spec:
          serviceAccountName: robot
          restartPolicy: Never
          containers: [{name: c, image: test/kubectl, args: [auth, whoami, -o, "jsonpath={.status.userInfo.username}"]}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: try}
        spec:
          serviceAccountName: robot
          restartPolicy: Never
          containers: [{name: c, image: test/kubectl, args: [get, secrets]}]
        """);
    within(60)
        .untilAsserted(() -> {
          assertThat(phase("identity", "who")).isEqualTo("Succeeded");
          assertThat(phase("identity", "try")).isEqualTo("Failed");
        });
    assertThat(kubectl("logs", "who", "-n", "identity"))
        .isEqualTo("system:serviceaccount:identity:robot");
    assertThat(kubectl("logs", "try", "-n", "identity")).contains("Forbidden");
  }

  @Test
  void aWebhookBehindAServiceIsAsked() throws Exception {
    namespace("hooks");
    var keys = keys("hook.hooks.svc");
    platform
        .client()
        .secrets()
        .inNamespace("hooks")
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("hook-tls")
                .endMetadata()
                .addToData(
                    "keystore.p12",
                    Base64.getEncoder().encodeToString(Files.readAllBytes(keys.store())))
                .build())
        .create();
    apply("hooks", "webhook.yaml", yaml -> yaml);
    kubectl("rollout", "status", "deployment/hook", "-n", "hooks", "--timeout=60s");
    var configuration =
        Serialization.unmarshal(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: hook}
            webhooks:
            - name: hook.example.com
              admissionReviewVersions: [v1]
              sideEffects: None
              failurePolicy: Fail
              clientConfig: {service: {namespace: hooks, name: hook, path: /validate}}
              namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: hooks}}
              rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
            """,
            ValidatingWebhookConfiguration.class);
    configuration
        .getWebhooks()
        .getFirst()
        .getClientConfig()
        .setCaBundle(Base64.getEncoder().encodeToString(Files.readAllBytes(keys.certificate())));
    platform.client().resource(configuration).create();
    within(60)
        .untilAsserted(() -> {
          var refused =
              platform.kubectl(
                  "create", "configmap", "bad", "-n", "hooks", "--from-literal=forbidden=1");
          assertThat(refused.exitCode()).isNotZero();
          assertThat(refused.output())
              .contains(
                  "admission webhook \"hook.example.com\" denied the request: the hook says no");
        });
    kubectl("create", "configmap", "good", "-n", "hooks", "--from-literal=a=1");
  }

  @Test
  void aGatewayIsProgrammedItsRouteServesAndAnEnvoyFilterApplies() throws Exception {
    web("edge");
    apply("edge", "gateway.yaml", yaml -> yaml);
    kubectl("wait", "--for=condition=Programmed", "gateway/edge", "-n", "edge", "--timeout=60s");
    var url = platform.url("edge", "edge");
    assertThat(url.getHost())
        .isEqualTo(
            kubectl(
                "get",
                "gateway",
                "edge",
                "-n",
                "edge",
                "-o",
                "jsonpath={.status.addresses[0].value}"));
    within(60).untilAsserted(() -> assertThat(get(url, "/").body()).startsWith("web-"));
    assertThat(get(url, "/").headers().firstValue("x-mark")).isEmpty();
    assertThat(get(url, "/").headers().firstValue("server")).contains("istio-envoy");
    apply("edge", "envoyfilter.yaml", yaml -> yaml);
    within(60)
        .untilAsserted(
            () -> assertThat(get(url, "/").headers().firstValue("x-mark")).contains("seen"));
  }

  @Test
  void aNamespaceIsDeletedWithEverythingInIt() throws Exception {
    web("leaves");
    kubectl("delete", "namespace", "leaves", "--timeout=60s");
    within(20)
        .untilAsserted(() ->
            assertThat(ProcessRecord.read(platform.folder().processes()))
                .noneMatch(r -> r.name().startsWith("pod/leaves/")));
  }

  private record Keys(Path store, Path certificate) {}

  private static Keys keys(String name) throws Exception {
    var keys = new Keys(folder.resolve("hook.p12"), folder.resolve("hook.crt"));
    var keytool = System.getProperty("java.home") + "/bin/keytool";
    run(
        keytool,
        "-genkeypair",
        "-alias",
        "h",
        "-keyalg",
        "EC",
        "-dname",
        "CN=hook",
        "-ext",
        "san=dns:" + name,
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-storepass",
        "changeit",
        "-keystore",
        keys.store().toString());
    run(
        keytool,
        "-exportcert",
        "-rfc",
        "-alias",
        "h",
        "-storepass",
        "changeit",
        "-keystore",
        keys.store().toString(),
        "-file",
        keys.certificate().toString());
    return keys;
  }

  private static void run(String... command) throws Exception {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    assertThat(process.waitFor())
        .as("%s: %s", command[0], Files.readString(folder.resolve("out")))
        .isZero();
  }

  private static void web(String namespace) throws Exception {
    namespace(namespace);
    apply(namespace, "web.yaml", yaml -> yaml);
    kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=60s");
  }

  private static void namespace(String name) {
    platform
        .client()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  private interface Change {
    String of(String yaml);
  }

  private static void apply(String namespace, String file, Change change) throws Exception {
    apply(namespace, change.of(Files.readString(RESOURCES.resolve(file))));
  }

  private static void apply(String namespace, String yaml) throws Exception {
    var file = Files.writeString(folder.resolve(namespace + ".yaml"), yaml);
    kubectl("apply", "-n", namespace, "-f", file.toString());
  }

  private static String kubectl(String... arguments) throws Exception {
    return platform.kubectl(arguments).orFail();
  }

  private static HttpResponse<String> get(URI base, String path)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(ofSeconds(10))
            .header("Connection", "close")
            .header("Host", EDGE)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static List<Pod> pods(String namespace) {
    return platform.client().pods().inNamespace(namespace).list().getItems();
  }

  private static io.fabric8.kubernetes.api.model.ContainerStatus status(
      String namespace, String pod) {
    return platform
        .client()
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .get()
        .getStatus()
        .getContainerStatuses()
        .getFirst();
  }

  private static String phase(String namespace, String pod) {
    return platform
        .client()
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .get()
        .getStatus()
        .getPhase();
  }

  private static Path volume(String namespace, String volume) throws IOException {
    try (var all = Files.list(platform.folder().data().resolve("pods"))) {
      return all.filter(p -> p.getFileName().toString().startsWith(namespace + "_"))
          .findFirst()
          .orElseThrow()
          .resolve("volumes")
          .resolve(volume);
    }
  }

  private static ProcessRecord processOf(String name) {
    return ProcessRecord.read(platform.folder().processes()).stream()
        .filter(r -> r.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ConditionFactory within(int seconds) {
    return await()
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions();
  }
}
