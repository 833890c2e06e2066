package dev.mcpgateway.controller.api.cache;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.mcpgateway.controller.api.McpGroup;
import dev.mcpgateway.controller.api.facts.CredentialFacts;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads objects without the parts of their metadata that are unbounded and that no facts are made
 * of: as Java objects they take ten times the bytes they came in. Only for reading: what this
 * client writes would lack them.
 */
public final class LeanClient {
  private LeanClient() {}

  /** A client for the same API server and user, to be closed by the caller. */
  public static KubernetesClient of(KubernetesClient client) {
    return new KubernetesClientBuilder()
        .withConfig(client.getConfiguration())
        .withKubernetesSerialization(serialization())
        .build();
  }

  /**
   * The same for whoever reads what anybody asks for: annotations are left out as well, labels are
   * kept as far as this project has given them a meaning, and of a Secret no more than tells that
   * it is too large.
   *
   * @param interceptor sees every answer before it is read
   */
  public static KubernetesClient of(KubernetesClient client, Interceptor interceptor) {
    return new KubernetesClientBuilder()
        .withConfig(client.getConfiguration())
        .withKubernetesSerialization(leanest())
        .withHttpClientBuilderConsumer(
            http -> http.addOrReplaceInterceptor(interceptor.getClass().getName(), interceptor))
        .build();
  }

  static KubernetesSerialization serialization() {
    return new KubernetesSerialization(
        new ObjectMapper().addMixIn(ObjectMeta.class, LeanMeta.class), true);
  }

  static KubernetesSerialization leanest() {
    return new KubernetesSerialization(
        new ObjectMapper()
            .addMixIn(ObjectMeta.class, LeanestMeta.class)
            .addMixIn(Secret.class, LeanSecret.class),
        true);
  }

  @JsonIgnoreProperties({"finalizers", "labels", "managedFields", "ownerReferences"})
  private interface LeanMeta {}

  @JsonIgnoreProperties({"annotations", "finalizers", "managedFields", "ownerReferences"})
  interface LeanestMeta {
    @JsonDeserialize(using = KnownLabels.class)
    void setLabels(Map<String, String> labels);
  }

  interface LeanSecret {
    @JsonDeserialize(using = FirstEntries.class)
    void setData(Map<String, String> data);
  }

  /** A map of texts, of which only some entries are kept. */
  private abstract static class SomeEntries extends JsonDeserializer<Map<String, String>> {
    /**
     * Whether an entry is kept.
     *
     * @param characters in the names of those that have been kept
     */
    abstract boolean keeps(String name, int characters);

    @Override
    public Map<String, String> deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      Map<String, String> kept = new HashMap<>();
      int characters = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (keeps(name, characters)) {
          characters += name.length();
          kept.put(name, parser.getValueAsString(""));
        } else {
          parser.skipChildren();
        }
      }
      return kept;
    }
  }

  private static final class KnownLabels extends SomeEntries {
    private static final Set<String> KNOWN =
        Set.of(
            McpGroup.CREDENTIAL_LABEL, McpGroup.INSTANCE_NAMESPACE_LABEL, McpGroup.GATEWAY_LABEL);

    @Override
    boolean keeps(String name, int characters) {
      return KNOWN.contains(name);
    }
  }

  /** Names that are too long together are enough to tell that a Secret is too large. */
  private static final class FirstEntries extends SomeEntries {
    @Override
    boolean keeps(String name, int characters) {
      return characters <= CredentialFacts.MAX_SECRET;
    }
  }
}
