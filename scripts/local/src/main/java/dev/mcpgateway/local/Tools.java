package dev.mcpgateway.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The programs and files the platform is made of, by the environment variables {@code
 * scripts/tools.sh env} prints.
 *
 * @param gatewayApiCrds folder of YAML files
 * @param istioCrds one YAML file
 */
public record Tools(
    Path etcd,
    Path apiServer,
    Path controllerManager,
    Path kubectl,
    Path istiod,
    Path istioCrds,
    Path envoy,
    Path gatewayApiCrds,
    Path javaHome) {
  private static final List<String> NAMES =
      List.of(
          "ETCD",
          "KUBE_APISERVER",
          "KUBE_CONTROLLER_MANAGER",
          "KUBECTL",
          "ISTIOD",
          "ISTIO_CRDS",
          "ENVOY",
          "GATEWAY_API_CRDS",
          "JAVA_HOME");

  /** Variables that are not set or name something that is not there. */
  public static List<String> missing(Map<String, String> environment) {
    var missing = new ArrayList<String>();
    for (var name : NAMES) {
      if (!Files.exists(Path.of(environment.getOrDefault(name, "")).toAbsolutePath())
          || environment.getOrDefault(name, "").isEmpty()) {
        missing.add(name);
      }
    }
    return missing;
  }

  /**
   * The tools an environment names.
   *
   * @throws IllegalStateException naming what is missing and the remedy
   */
  public static Tools from(Map<String, String> environment) {
    var missing = missing(environment);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "not set, or set to something that does not exist: "
              + String.join(", ", missing)
              + ". Remedy: scripts/tools.sh install, then eval \"$(scripts/tools.sh env)\"");
    }
    var paths = NAMES.stream().map(n -> Path.of(environment.getOrDefault(n, ""))).iterator();
    return new Tools(
        paths.next(),
        paths.next(),
        paths.next(),
        paths.next(),
        paths.next(),
        paths.next(),
        paths.next(),
        paths.next(),
        paths.next());
  }
}
