package dev.mcpgateway.controller.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.KeyNames;
import dev.mcpgateway.broker.api.push.Sealer;
import dev.mcpgateway.controller.api.McpGroup;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Reads push keys when they are needed; what is kept of them is derived and shows nothing. */
final class PushKeys implements Connection.Keys {
  private final KubernetesClient client;

  PushKeys(KubernetesClient client) {
    this.client = client;
  }

  /**
   * For sealing what an instance's brokers shall open: the current key first, then those they may
   * know while keys are rotated. Not empty.
   */
  @Override
  public List<Sealer> read(String namespace) throws DeliveryException {
    Secret secret;
    try {
      secret = client.secrets().inNamespace(namespace).withName(McpGroup.KEYS_SECRET).get();
    } catch (KubernetesClientException e) {
      throw DeliveryException.because(
          "Secret %s cannot be read: HTTP %d".formatted(McpGroup.KEYS_SECRET, e.getCode()));
    }
    Map<String, String> data =
        secret == null || secret.getData() == null ? Map.of() : secret.getData();
    List<Sealer> sealers = new ArrayList<>();
    for (String suffix : List.of("", KeyNames.NEXT, KeyNames.PREVIOUS)) {
      String encoded = data.get(KeyNames.PUSH + suffix);
      if (encoded != null) {
        addTo(sealers, encoded);
      }
    }
    if (sealers.isEmpty()) {
      throw DeliveryException.because(
          "Secret %s holds no push key".formatted(McpGroup.KEYS_SECRET));
    }
    return sealers;
  }

  // The value of a Secret is base64 of the file, and the file is base64 of the key.
  private static void addTo(List<Sealer> sealers, String encoded) {
    try {
      String file = new String(Base64.getDecoder().decode(encoded), UTF_8).strip();
      sealers.add(new Sealer(Base64.getDecoder().decode(file)));
    } catch (IllegalArgumentException e) {
      // No key; whoever makes keys replaces it.
    }
  }
}
