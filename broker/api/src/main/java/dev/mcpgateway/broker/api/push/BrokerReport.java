package dev.mcpgateway.broker.api.push;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one broker is. What does not keep to the ranges and lengths said here is no report: it goes
 * into statuses of others, which the API server would refuse as a whole. Texts for people are cut
 * to 2,000 characters instead.
 *
 * @param revision names this state of this process; another one whenever anything here but {@code
 *     at} changes, and after a restart; at most {@link #MAX_WORD} characters
 * @param version of the configuration in force, 0 before the first
 * @param hash SHA-256 of its document in hexadecimal, empty before the first; at most {@link
 *     #MAX_WORD} characters
 * @param configError why a newer document was refused while this one stays
 * @param servers the registered servers in the order of their names, each once
 * @param toolsServed tools served of all of them
 * @param serversOmitted servers at the end of that order that are left out, because the report
 *     would be longer than {@link PushCodec#MAX_REPLY_BYTES}; absent when none is
 * @param at when the report was made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BrokerReport(
    String revision,
    long version,
    String hash,
    @Nullable String configError,
    List<ServerReport> servers,
    int toolsServed,
    @Nullable Integer serversOmitted,
    Instant at) {

  /** Longest revision and hash. */
  public static final int MAX_WORD = 128;

  public BrokerReport {
    Objects.requireNonNull(revision);
    Objects.requireNonNull(hash);
    configError = Words.cutOptional(configError);
    servers = List.copyOf(servers);
    Objects.requireNonNull(at);
    if (revision.length() > MAX_WORD || hash.length() > MAX_WORD) {
      throw new IllegalArgumentException("revision or hash is too long");
    }
    if (version < 0 || toolsServed < 0) {
      throw new IllegalArgumentException("version or toolsServed is negative");
    }
    if (serversOmitted != null && serversOmitted < 1) {
      throw new IllegalArgumentException("serversOmitted is no number of servers");
    }
    if (servers.stream().map(ServerReport::name).distinct().count() != servers.size()) {
      throw new IllegalArgumentException("a server is reported twice");
    }
  }

  /** A report of all servers. */
  public BrokerReport(
      String revision,
      long version,
      String hash,
      @Nullable String configError,
      List<ServerReport> servers,
      int toolsServed,
      Instant at) {
    this(revision, version, hash, configError, servers, toolsServed, null, at);
  }

  /** The same content under another revision, made at another time. */
  public BrokerReport stamped(String newRevision, Instant now) {
    return new BrokerReport(
        newRevision, version, hash, configError, servers, toolsServed, serversOmitted, now);
  }
}
