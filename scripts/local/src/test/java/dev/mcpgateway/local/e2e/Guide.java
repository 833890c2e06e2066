package dev.mcpgateway.local.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The guide's command lines, word for word, on one cluster. */
final class Guide {
  private final Shell shell;
  private final String helm;
  private final String kubectl;

  Guide(Path checkout, Path kubeconfig) {
    helm = tool("HELM");
    kubectl = tool("KUBECTL");
    shell = new Shell(checkout, Map.of("KUBECONFIG", kubeconfig.toString()));
  }

  /** The path of a tool; a missing one is a failure, never a skip. */
  static String tool(String variable) {
    return Objects.requireNonNull(
        System.getenv(variable), variable + " is not set: run the tests through scripts/test.sh");
  }

  static String host(String team) {
    return team + ".127-0-0-1.sslip.io";
  }

  Shell.Result kubectl(String... arguments) {
    return run(kubectl, List.of(arguments));
  }

  Shell.Result helm(String... arguments) {
    return run(helm, List.of(arguments));
  }

  /** Step 1. */
  void installCrds() {
    kubectl("apply", "-k", "manifests/crds").orFail();
    kubectl("create", "namespace", "gateway-system").orFail();
  }

  /** Step 3, with further flags. */
  Shell.Result installController(String... flags) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "upgrade",
                "-i",
                "mcp-controller",
                "./charts/mcp-gateway",
                "--namespace",
                "mcp-system",
                "--create-namespace",
                "--set",
                "controller.enabled=true",
                "--set",
                "gateway.create=false",
                "--set",
                "httpRoute.create=false",
                "--set",
                "mcpGatewayExtension.create=false",
                "--set",
                "envoyFilter.create=false"));
    line.addAll(List.of(flags));
    return run(helm, line);
  }

  /** Steps 4 and 6, and step 8 with the flags of a NodePort. */
  Shell.Result installTeam(String team, String... flags) {
    List<String> line = new ArrayList<>(team(team, team + "-mcp-gateway"));
    line.addAll(List.of("--set", "controller.enabled=false"));
    line.addAll(List.of(flags));
    return run(helm, line);
  }

  /** Control plane and one gateway as one release, with further flags. */
  Shell.Result installAll(String team, String... flags) {
    List<String> line = new ArrayList<>(team(team, team));
    line.addAll(List.of("--set", "controller.enabled=true"));
    line.addAll(List.of(flags));
    return run(helm, line);
  }

  /** Somebody's attempt to claim a Gateway that is there already, with further flags. */
  Shell.Result installOnto(String gateway, String team, String... flags) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "upgrade",
                "-i",
                team + "-mcp-gateway",
                "./charts/mcp-gateway",
                "--namespace",
                team,
                "--set",
                "controller.enabled=false",
                "--set",
                "gateway.create=false",
                "--set",
                "gateway.name=" + gateway,
                "--set",
                "gateway.publicHost=" + host(team),
                "--set",
                "broker.create=true",
                "--set",
                "mcpGatewayExtension.create=true"));
    line.addAll(List.of(flags));
    return run(helm, line);
  }

  /** {@code kubectl wait --for=condition=…}, as steps 5 and 7 have it. */
  void waitFor(String condition, String object, String namespace) {
    kubectl("wait", "--for=condition=" + condition, object, "-n", namespace, "--timeout=220s")
        .orFail();
  }

  /** One field of an object, by JSONPath. */
  String get(String object, String namespace, String jsonPath) {
    return kubectl("get", object, "-n", namespace, "-o", "jsonpath=" + jsonPath).orFail();
  }

  /**
   * What an administrator does while the webhook is away for longer; it raises the policy again
   * when it is back.
   */
  void patchPolicy(String policy) {
    kubectl(
            "patch",
            "validatingwebhookconfiguration",
            "mcp-controller-mcp-gateway-webhook",
            "--type=strategic",
            "-p",
            "{\"webhooks\":[{\"name\":\"vmcpgatewayextension.mcp.kagenti.com\",\"failurePolicy\":\"%s\"}]}"
                .formatted(policy))
        .orFail();
  }

  /** Status, reason and message of an object's {@code Ready}. */
  String ready(String object, String namespace) {
    return condition(object, namespace, "Ready");
  }

  /** Status, reason and message of any condition. */
  String condition(String object, String namespace, String type) {
    return get(
        object,
        namespace,
        "{range .status.conditions[?(@.type==\"%s\")]}{.status} {.reason} {.message}{end}"
            .formatted(type));
  }

  /** SIGKILL to the process of every pod of a component. */
  void kill(String namespace, String selector) {
    String pods =
        kubectl("get", "pods", "-n", namespace, "-l", selector, "-o", "name").orFail().trim();
    for (String pod : List.of(pods.split("\n", -1))) {
      signal("KILL", namespace, pod);
    }
  }

  /** A signal to the process of a pod, as {@code kill} sends it on the pod's node. */
  void signal(String signal, String namespace, String pod) {
    String id = get(pod, namespace, "{.status.containerStatuses[0].containerID}");
    if (!id.startsWith("process://")) {
      throw new AssertionError("no process to signal: " + id);
    }
    run("kill", List.of("-" + signal, id.substring("process://".length()))).orFail();
  }

  private static List<String> team(String team, String release) {
    return List.of(
        "upgrade",
        "-i",
        release,
        "./charts/mcp-gateway",
        "--namespace",
        team,
        "--create-namespace",
        "--set",
        "broker.create=true",
        "--set",
        "gateway.create=true",
        "--set",
        "gateway.name=" + team + "-gateway",
        "--set",
        "gateway.namespace=gateway-system",
        "--set",
        "gateway.publicHost=" + host(team),
        "--set",
        "gateway.internalHostPattern=*." + team + ".mcp.local",
        "--set",
        "httpRoute.create=true",
        "--set",
        "mcpGatewayExtension.create=true",
        "--set",
        "mcpGatewayExtension.gatewayRef.name=" + team + "-gateway",
        "--set",
        "mcpGatewayExtension.gatewayRef.namespace=gateway-system",
        "--set",
        "envoyFilter.create=true",
        "--set",
        "envoyFilter.name=" + team + "-gateway");
  }

  private Shell.Result run(String program, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    return shell.run(command);
  }
}
