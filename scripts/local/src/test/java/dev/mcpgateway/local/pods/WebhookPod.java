package dev.mcpgateway.local.pods;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A validating webhook that refuses ConfigMaps with the key {@code forbidden}. */
public final class WebhookPod {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WebhookPod() {}

  /**
   * Arguments: PKCS #12 key store and its password. Serves on port 8443 of {@code BIND_ADDRESS}.
   */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    var password = args[1].toCharArray();
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(KeyStore.getInstance(Path.of(args[0]).toFile(), password), password);
    var tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    var server = HttpsServer.create(new InetSocketAddress(System.getenv("BIND_ADDRESS"), 8443), 16);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext("/", WebhookPod::review);
    server.start();
  }

  private static void review(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("GET")) {
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
      return;
    }
    var request = JSON.readTree(exchange.getRequestBody()).path("request");
    boolean allowed = request.path("object").path("data").path("forbidden").isMissingNode();
    var answer =
        JSON.writeValueAsBytes(
            Map.of(
                "apiVersion", "admission.k8s.io/v1",
                "kind", "AdmissionReview",
                "response",
                    Map.of(
                        "uid", request.path("uid").asText(),
                        "allowed", allowed,
                        "status", Map.of("code", 403, "message", "the hook says no"))));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }
}
