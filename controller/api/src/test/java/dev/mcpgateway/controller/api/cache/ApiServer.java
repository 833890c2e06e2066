package dev.mcpgateway.controller.api.cache;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Puts this project's and the Gateway API's CRDs on a fresh API server. */
final class ApiServer {
  static final Path MANIFESTS = Path.of("../../manifests");

  private ApiServer() {}

  static void installCrds(KubernetesClient client) throws IOException {
    install(client, MANIFESTS.resolve("crds"));
    String gatewayApi = System.getenv("GATEWAY_API_CRDS");
    if (gatewayApi == null) {
      throw new IllegalStateException(
          "GATEWAY_API_CRDS is not set: run the tests through scripts/build.sh or scripts/test.sh");
    }
    install(client, Path.of(gatewayApi));
  }

  static void namespace(KubernetesClient client, String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .serverSideApply();
  }

  private static void install(KubernetesClient client, Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(f -> f.toString().endsWith(".yaml"))
              .filter(f -> !f.getFileName().toString().equals("kustomization.yaml"))
              .toList();
    }
    for (Path file : files) {
      for (var object : client.load(Files.newInputStream(file)).items()) {
        if (object instanceof CustomResourceDefinition crd) {
          client.resource(crd).serverSideApply();
          client
              .resource(crd)
              .waitUntilCondition(
                  c -> c != null && c.getStatus() != null && established(c.getStatus()),
                  20,
                  TimeUnit.SECONDS);
        }
      }
    }
  }

  private static boolean established(CustomResourceDefinitionStatus status) {
    return status.getConditions() != null
        && status.getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }
}
