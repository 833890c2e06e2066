package dev.mcpgateway.broker.api.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads and writes the document {@code config.yaml}. Writing is deterministic: equal configurations
 * give equal bytes. Reading ignores unknown fields, so that an older broker understands a newer
 * controller, and refuses everything it could misread.
 */
public final class ConfigCodec {
  /** Largest document that is read, in bytes; a Secret holds less. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int MAX_DEPTH = 16;
  private static final ObjectMapper YAML = mapper();

  private ConfigCodec() {}

  /** The document as UTF-8 bytes. */
  public static byte[] write(GatewayConfig config) {
    ObjectNode root = YAML.createObjectNode();
    ArrayNode servers = root.putArray("servers");
    for (ServerConfig server : config.servers()) {
      ObjectNode node = servers.addObject();
      node.put("name", server.name());
      node.put("url", server.url());
      node.put("hostname", server.hostname());
      if (!server.toolPrefix().isEmpty()) {
        node.put("toolPrefix", server.toolPrefix());
      }
      if (server.credential() != null) {
        node.put("credential", server.credential());
      }
      node.put("enabled", server.enabled());
    }
    ArrayNode virtualServers = root.putArray("virtualServers");
    for (VirtualServerConfig virtualServer : config.virtualServers()) {
      ObjectNode node = virtualServers.addObject();
      node.put("name", virtualServer.name());
      ArrayNode tools = node.putArray("tools");
      virtualServer.tools().forEach(tools::add);
    }
    try {
      return YAML.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration of strings cannot fail to render", e);
    }
  }

  /**
   * Reads a document.
   *
   * @throws InvalidConfigException when it is no usable configuration; the message never contains a
   *     credential
   */
  public static GatewayConfig read(byte[] document) {
    if (document.length > MAX_BYTES) {
      throw new InvalidConfigException(
          "the document has %d bytes, at most %d are read".formatted(document.length, MAX_BYTES));
    }
    JsonNode root;
    try {
      root = YAML.readTree(document);
    } catch (JsonProcessingException e) {
      // Jackson's own message quotes the source, which holds credentials.
      throw new InvalidConfigException(
          "not a YAML document: error at line %d, column %d"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new InvalidConfigException("not a YAML document in UTF-8");
    }
    if (root == null || !root.isObject()) {
      throw new InvalidConfigException("the document must be a mapping with the key servers");
    }
    return new GatewayConfig(servers(root), virtualServers(root));
  }

  /** Lower-case hexadecimal SHA-256 of a document's bytes. */
  public static String hash(byte[] document) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static List<ServerConfig> servers(JsonNode root) {
    List<ServerConfig> servers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode node : list(root, "servers")) {
      String at = "servers[%d]".formatted(servers.size());
      String name = qualifiedName(node, at, names);
      servers.add(
          new ServerConfig(
              name,
              url(node, at),
              required(node, at, "hostname"),
              Objects.requireNonNullElse(optional(node, at, "toolPrefix"), ""),
              optional(node, at, "credential"),
              enabled(node, at)));
    }
    return servers;
  }

  private static List<VirtualServerConfig> virtualServers(JsonNode root) {
    List<VirtualServerConfig> virtualServers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode node : list(root, "virtualServers")) {
      String at = "virtualServers[%d]".formatted(virtualServers.size());
      String name = qualifiedName(node, at, names);
      List<String> tools = new ArrayList<>();
      for (JsonNode tool : list(node, "tools")) {
        if (!tool.isTextual()) {
          throw new InvalidConfigException(
              at + ".tools[%d] must be a string".formatted(tools.size()));
        }
        tools.add(tool.textValue());
      }
      virtualServers.add(new VirtualServerConfig(name, tools));
    }
    return virtualServers;
  }

  private static Iterable<JsonNode> list(JsonNode parent, String field) {
    JsonNode value = parent.get(field);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw new InvalidConfigException(field + " must be a list");
    }
    return value;
  }

  private static String qualifiedName(JsonNode node, String at, Set<String> seen) {
    String name = required(node, at, "name");
    if (!name.matches("[^/]+/[^/]+")) {
      throw new InvalidConfigException(at + ".name must be namespace/name");
    }
    if (!seen.add(name)) {
      throw new InvalidConfigException(at + ".name repeats " + name);
    }
    return name;
  }

  private static String url(JsonNode node, String at) {
    String url = required(node, at, "url");
    try {
      URI uri = new URI(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException ignored) {
      // falls through to the one message about the field
    }
    throw new InvalidConfigException(at + ".url must be an absolute http or https URL");
  }

  private static boolean enabled(JsonNode node, String at) {
    JsonNode value = node.get("enabled");
    if (value == null || value.isNull()) {
      return true;
    }
    if (!value.isBoolean()) {
      throw new InvalidConfigException(at + ".enabled must be true or false");
    }
    return value.booleanValue();
  }

  private static String required(JsonNode node, String at, String field) {
    String value = optional(node, at, field);
    if (value == null || value.isEmpty()) {
      throw new InvalidConfigException(at + "." + field + " is missing");
    }
    return value;
  }

  private static @Nullable String optional(JsonNode node, String at, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new InvalidConfigException(at + "." + field + " must be a string");
    }
    return value.textValue();
  }

  private static ObjectMapper mapper() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_BYTES);
    limits.setNestingDepthLimit(MAX_DEPTH);
    limits.setMaxAliasesForCollections(0);
    YAMLFactory factory =
        YAMLFactory.builder()
            .loaderOptions(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();
    return new ObjectMapper(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }
}
