package dev.mcpgateway.local.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Applies CustomResourceDefinitions from files, on the server's side and byte for byte: they are
 * large, and no model of ours could lose a field of them.
 */
final class Crds {
  private static final Pattern NAME = Pattern.compile("(?m)^  name: [\"']?([a-z0-9.-]+)");
  private static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";
  private static final String DISCOVERY =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  private static final long REQUEST_SECONDS = 30;

  private final KubernetesClient client;

  Crds(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Applies every document of a file, or of all YAML files of a folder; returns the names ({@code
   * PLURAL.GROUP}).
   */
  List<String> apply(Path source) throws IOException {
    var names = new ArrayList<String>();
    for (var file : files(source)) {
      for (var document : Files.readString(file).split("(?m)^---\\s*$", -1)) {
        if (!document.contains("kind: CustomResourceDefinition")) {
          continue;
        }
        var name = NAME.matcher(document);
        if (!name.find()) {
          throw new IOException("a CustomResourceDefinition without a name in " + file);
        }
        send(
            request(PATH + name.group(1) + "?fieldManager=local&force=true")
                .method("PATCH", "application/apply-patch+yaml", document));
        names.add(name.group(1));
      }
    }
    if (names.isEmpty()) {
      throw new IOException("no CustomResourceDefinition in " + source);
    }
    return names;
  }

  /** Whether the API server serves all of these now. */
  boolean served(List<String> names) throws IOException {
    var discovery = send(request("/apis").setHeader("Accept", DISCOVERY));
    return names.stream()
        .allMatch(n ->
            discovery.contains("\"name\":\"" + n.substring(n.indexOf('.') + 1) + "\"")
                && discovery.contains("\"resource\":\"" + n.substring(0, n.indexOf('.')) + "\""));
  }

  private static List<Path> files(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      return List.of(source);
    }
    try (var all = Files.list(source)) {
      return all.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private HttpRequest.Builder request(String path) {
    return client
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(URI.create(client.getMasterUrl().toString().replaceAll("/$", "") + path));
  }

  private String send(HttpRequest.Builder request) throws IOException {
    try {
      var answer =
          client
              .getHttpClient()
              .sendAsync(request.build(), byte[].class)
              .get(REQUEST_SECONDS, TimeUnit.SECONDS);
      var body = new String(answer.body(), StandardCharsets.UTF_8);
      if (!answer.isSuccessful()) {
        throw new IOException("the API server answered " + answer.code() + ": " + body);
      }
      return body;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer from the API server", e);
    }
  }
}
