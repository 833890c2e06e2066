package dev.mcpgateway.local.cluster;

import dev.mcpgateway.local.network.AddressMap;
import dev.mcpgateway.local.process.ChildProcess;
import dev.mcpgateway.local.process.Launch;
import dev.mcpgateway.local.process.ProcessTable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * etcd, kube-apiserver and kube-controller-manager. Identities are static tokens and the API server
 * makes its own certificate, so no certificate tooling is needed; RBAC, ServiceAccounts, admission
 * and the controllers are what they are everywhere.
 */
public final class ControlPlane {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Those that need no cloud and no heartbeats of nodes. */
  private static final List<String> CONTROLLERS =
      List.of(
          "deployment-controller",
          "replicaset-controller",
          "statefulset-controller",
          "daemonset-controller",
          "job-controller",
          "cronjob-controller",
          "ttl-after-finished-controller",
          "endpoints-controller",
          "endpointslice-controller",
          "garbage-collector-controller",
          "namespace-controller",
          "serviceaccount-controller",
          "serviceaccount-token-controller",
          "root-ca-certificate-publisher-controller",
          "resourcequota-controller",
          "disruption-controller",
          "clusterrole-aggregation-controller",
          "validatingadmissionpolicy-status-controller",
          "pod-garbage-collector-controller");

  private final Path folder;
  private final Path logs;
  private final ProcessTable processes;
  private final Binaries binaries;
  private final AddressMap addresses;
  private final int etcdPort = Ports.free();
  private final int apiPort = Ports.free();
  private final String adminToken = token();
  private final String platformToken = token();
  private final String controllersToken = token();

  /** Paths of the three programs. */
  public record Binaries(Path etcd, Path apiServer, Path controllerManager) {}

  public ControlPlane(
      Path folder, Path logs, ProcessTable processes, Binaries binaries, AddressMap addresses) {
    this.folder = folder;
    this.logs = logs;
    this.processes = processes;
    this.binaries = binaries;
    this.addresses = addresses;
  }

  /**
   * Starts etcd and the API server, and returns when the API server is ready.
   *
   * @param egressSocket Unix socket of the proxy through which the API server reaches Services and
   *     the node
   * @param adminKubeconfig where to write the administrator's kubeconfig
   */
  public ChildProcess startApi(Path egressSocket, Path adminKubeconfig) throws IOException {
    Files.createDirectories(folder);
    writeServiceAccountKeys();
    Files.writeString(
        folder.resolve("tokens.csv"),
        """
        %s,local-admin,1,"system:masters"
        %s,local-platform,2,"system:masters"
        %s,system:kube-controller-manager,3,"system:masters"
        """
            .formatted(adminToken, platformToken, controllersToken));
    Files.writeString(
        folder.resolve("egress.yaml"),
        """
        apiVersion: apiserver.k8s.io/v1beta1
        kind: EgressSelectorConfiguration
        egressSelections:
        - name: cluster
          connection: {proxyProtocol: HTTPConnect, transport: {uds: {udsName: "%s"}}}
        """
            .formatted(egressSocket));
    start("etcd", etcdCommand());
    var api = start("kube-apiserver", apiServerCommand());
    await("The API server is not ready", api, this::apiReady);
    Kubeconfig.write(adminKubeconfig, server(), ca(), adminToken);
    return api;
  }

  /** Starts the controller manager; it is at work when {@link #awaitControllers} returns. */
  public ChildProcess startControllers() throws IOException {
    var kubeconfig = folder.resolve("controller-manager.kubeconfig");
    Kubeconfig.write(kubeconfig, server(), ca(), controllersToken);
    return start(
        "kube-controller-manager",
        List.of(
            binaries.controllerManager().toString(),
            "--kubeconfig=" + kubeconfig,
            "--leader-elect=false",
            "--use-service-account-credentials=false",
            "--service-account-private-key-file=" + folder.resolve("sa.key"),
            "--root-ca-file=" + ca(),
            "--secure-port=0",
            "--controllers=" + String.join(",", CONTROLLERS)));
  }

  /** Returns when pods can be created, which needs the default ServiceAccount. */
  public void awaitControllers(ChildProcess controllers, KubernetesClient client) {
    await(
        "There is no default ServiceAccount",
        controllers,
        () -> client.serviceAccounts().inNamespace("default").withName("default").get() != null);
  }

  public URI server() {
    return URI.create("https://127.0.0.1:" + apiPort);
  }

  /** The certificate that signs for the API server. */
  public Path ca() {
    return folder.resolve("certs").resolve("apiserver.crt");
  }

  /** A client with all rights, for the platform's own parts. */
  public KubernetesClient client() throws IOException {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server().toString())
            .withOauthToken(platformToken)
            .withCaCertData(Base64.getEncoder().encodeToString(Files.readAllBytes(ca())))
            .withNamespace("default")
            .withRequestTimeout(20_000)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private List<String> etcdCommand() {
    var clients = "http://127.0.0.1:" + etcdPort;
    var peers = "http://127.0.0.1:" + Ports.free();
    return List.of(
        binaries.etcd().toString(),
        "--name=local",
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=local=" + peers,
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  private List<String> apiServerCommand() {
    var command = new ArrayList<String>();
    command.add(binaries.apiServer().toString());
    command.add("--etcd-servers=http://127.0.0.1:" + etcdPort);
    command.add("--bind-address=127.0.0.1");
    command.add("--advertise-address=127.0.0.1");
    command.add("--secure-port=" + apiPort);
    command.add("--cert-dir=" + ca().getParent());
    command.add("--token-auth-file=" + folder.resolve("tokens.csv"));
    command.add("--service-account-issuer=https://kubernetes.default.svc.cluster.local");
    command.add("--service-account-key-file=" + folder.resolve("sa.pub"));
    command.add("--service-account-signing-key-file=" + folder.resolve("sa.key"));
    command.add("--authorization-mode=RBAC");
    command.add("--service-cluster-ip-range=" + addresses.serviceRange());
    // Nobody may write the loopback address of the API server into the endpoints of the kubernetes
    // Service: they refuse it.
    command.add("--endpoint-reconciler-type=none");
    command.add("--enable-priority-and-fairness=false");
    command.add("--egress-selector-config-file=" + folder.resolve("egress.yaml"));
    // Makes the API server dial a ready pod of a Service rather than the Service's address.
    command.add("--enable-aggregator-routing=true");
    command.add("--kubelet-preferred-address-types=InternalIP");
    return command;
  }

  private boolean apiReady() throws IOException {
    if (!Files.exists(ca())) {
      return false;
    }
    try (var client = client()) {
      return "ok".equals(client.raw("/readyz"));
    }
  }

  private ChildProcess start(String name, List<String> command) throws IOException {
    return processes.start(
        new Launch(
            name,
            command,
            Map.of("PATH", "/usr/bin:/bin", "HOME", folder.toString()),
            folder,
            log(name)));
  }

  private void await(String what, ChildProcess child, Callable<Boolean> done) {
    Await.until(what, child, log(child.name()), LIMIT, done);
  }

  private Path log(String name) {
    return logs.resolve(name + ".log");
  }

  private void writeServiceAccountKeys() throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var keys = generator.generateKeyPair();
      Files.writeString(folder.resolve("sa.key"), pem("PRIVATE KEY", keys.getPrivate()));
      Files.writeString(folder.resolve("sa.pub"), pem("PUBLIC KEY", keys.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no P-256 keys", e);
    }
  }

  private static String pem(String type, Key key) {
    var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  private static String token() {
    var bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
