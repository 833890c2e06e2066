package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.Map;

/** A Secret that carries the credential label; its values never appear in text. */
public record CredentialFacts(ObjectKey key, Map<String, String> values) {
  public CredentialFacts {
    values = Map.copyOf(values);
  }

  @Override
  public String toString() {
    return "CredentialFacts[key=%s, keys=%s]".formatted(key, values.keySet());
  }
}
