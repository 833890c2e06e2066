package dev.mcpgateway.controller.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.GatewayConfig;
import dev.mcpgateway.broker.api.config.InvalidConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The document of a configuration Secret, read no sooner than somebody asks what it says. Anybody
 * who may write Secrets may write these, in any namespace and as often as he likes.
 */
public final class ConfigText {
  private final String document;
  private volatile @Nullable String hash;
  private volatile @Nullable GatewayConfig config;

  ConfigText(String document) {
    this.document = document;
  }

  String document() {
    return document;
  }

  String hash() {
    String known = hash;
    if (known == null) {
      known = ConfigCodec.hash(document.getBytes(UTF_8));
      hash = known;
    }
    return known;
  }

  GatewayConfig config() {
    GatewayConfig known = config;
    if (known == null) {
      known = read();
      config = known;
    }
    return known;
  }

  /** Whether anybody has asked what it says. */
  public boolean isRead() {
    return config != null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ConfigText text && document.equals(text.document);
  }

  @Override
  public int hashCode() {
    return document.hashCode();
  }

  /** Without the document: it holds credentials. */
  @Override
  public String toString() {
    return "ConfigText[characters=%d]".formatted(document.length());
  }

  private GatewayConfig read() {
    try {
      return document.isEmpty() ? GatewayConfig.EMPTY : ConfigCodec.read(document.getBytes(UTF_8));
    } catch (InvalidConfigException e) {
      // Whatever it says, brokers do not serve it; it will be written anew.
      return GatewayConfig.EMPTY;
    }
  }
}
