package dev.mcpgateway.broker.api.push;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mcpgateway.broker.api.config.ServerConfig;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One registered server as one broker sees it. What does not keep to the ranges and lengths said
 * here is no report; texts for people are cut to 2,000 characters instead.
 *
 * @param name {@code namespace/name} of the registration
 * @param connected the server answers
 * @param ready connected, and all of its tools are served
 * @param protocolVersion negotiated MCP revision, absent until connected; at most {@link
 *     #MAX_PROTOCOL_VERSION} printable ASCII characters
 * @param toolCount tools served of it
 * @param tools their served names in order, prefix included; at most {@link #MAX_TOOLS}, and fewer
 *     when the report of all servers would grow too long
 * @param conflictingTools served names another server holds; at most {@link #MAX_CONFLICTS}
 * @param message the words of {@code /status}
 * @param lastError why it is not connected, absent when it is
 * @param config fingerprint of the configuration the broker has of it, see {@link
 *     ServerConfig#fingerprint}; absent from brokers that do not tell; at most {@link
 *     BrokerReport#MAX_WORD} characters
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServerReport(
    String name,
    boolean connected,
    boolean ready,
    @Nullable String protocolVersion,
    int toolCount,
    List<String> tools,
    List<String> conflictingTools,
    String message,
    @Nullable String lastError,
    @Nullable String config) {
  /** Most names in {@code tools}. */
  public static final int MAX_TOOLS = 1_000;

  /** Most names in {@code conflictingTools}. */
  public static final int MAX_CONFLICTS = 100;

  /** Longest {@code protocolVersion}. */
  public static final int MAX_PROTOCOL_VERSION = 64;

  private static final Pattern PROTOCOL_VERSION =
      Pattern.compile("[!-~]{1,%d}".formatted(MAX_PROTOCOL_VERSION));

  public ServerReport {
    Objects.requireNonNull(name);
    tools = List.copyOf(tools);
    conflictingTools = List.copyOf(conflictingTools);
    message = Words.cut(message);
    lastError = Words.cutOptional(lastError);
    if (protocolVersion != null && !PROTOCOL_VERSION.matcher(protocolVersion).matches()) {
      throw new IllegalArgumentException("protocolVersion is no version");
    }
    if (toolCount < 0) {
      throw new IllegalArgumentException("toolCount is negative");
    }
    if (tools.size() > MAX_TOOLS || conflictingTools.size() > MAX_CONFLICTS) {
      throw new IllegalArgumentException("more names than are reported");
    }
    if (config != null && config.length() > BrokerReport.MAX_WORD) {
      throw new IllegalArgumentException("config is too long");
    }
  }

  /** Without saying which configuration it is about. */
  public ServerReport(
      String name,
      boolean connected,
      boolean ready,
      @Nullable String protocolVersion,
      int toolCount,
      List<String> tools,
      List<String> conflictingTools,
      String message,
      @Nullable String lastError) {
    this(
        name,
        connected,
        ready,
        protocolVersion,
        toolCount,
        tools,
        conflictingTools,
        message,
        lastError,
        null);
  }

  /** The same, about this configuration of the server. */
  public ServerReport about(ServerConfig server) {
    return new ServerReport(
        name,
        connected,
        ready,
        protocolVersion,
        toolCount,
        tools,
        conflictingTools,
        message,
        lastError,
        server.fingerprint());
  }
}
