package dev.mcpgateway.local.node;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Secrets and ConfigMaps in maps, tokens that count. */
final class FakeObjects implements ClusterObjects {
  final Map<String, Secret> secrets = new HashMap<>();
  final Map<String, ConfigMap> configMaps = new HashMap<>();
  Instant now = Instant.EPOCH;
  int tokens;

  void putSecret(String name, String key, String value) {
    var base64 = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    secrets.put(name, new SecretBuilder().addToData(key, base64).build());
  }

  void putConfigMap(String name, String key, String value) {
    configMaps.put(name, new ConfigMapBuilder().addToData(key, value).build());
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) {
    return Optional.ofNullable(secrets.get(name));
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) {
    return Optional.ofNullable(configMaps.get(name));
  }

  @Override
  public Token token(Pod pod, String audience, long seconds) {
    return new Token("token-" + audience + ++tokens, now, now.plusSeconds(seconds));
  }
}
