package dev.mcpgateway.controller.api.facts;

import dev.mcpgateway.controller.api.ObjectKey;
import java.util.Map;
import java.util.Set;

/**
 * A Secret that carries the credential label; its values never appear in text. Whoever may create
 * Secrets can label any number of any size, so no more is kept than a credential needs.
 *
 * @param tooLong keys whose values are longer than {@link #MAX_VALUE}
 * @param tooLarge the Secret has more than {@link #MAX_SECRET}, and nothing of it is kept
 */
public record CredentialFacts(
    ObjectKey key, Map<String, String> values, Set<String> tooLong, boolean tooLarge) {
  /**
   * Most characters of a value: what servers and proxies accept as one header, and far below what a
   * configuration may have.
   */
  public static final int MAX_VALUE = 16 * 1024;

  /** Most characters of all names, and of the values that are not too long. */
  public static final int MAX_SECRET = 64 * 1024;

  public CredentialFacts {
    values = Map.copyOf(values);
    tooLong = Set.copyOf(tooLong);
  }

  /** One whose values can all be used. */
  public CredentialFacts(ObjectKey key, Map<String, String> values) {
    this(key, values, Set.of(), false);
  }

  /** One of which nothing is kept. */
  public static CredentialFacts tooLarge(ObjectKey key) {
    return new CredentialFacts(key, Map.of(), Set.of(), true);
  }

  @Override
  public String toString() {
    return "CredentialFacts[key=%s, keys=%s, tooLong=%s, tooLarge=%s]"
        .formatted(key, values.keySet(), tooLong, tooLarge);
  }
}
