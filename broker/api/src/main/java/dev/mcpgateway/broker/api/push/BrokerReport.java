package dev.mcpgateway.broker.api.push;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one broker is.
 *
 * @param revision names this state of this process; another one whenever anything here but {@code
 *     at} changes, and after a restart
 * @param version of the configuration in force, 0 before the first
 * @param hash SHA-256 of its document in hexadecimal, empty before the first
 * @param configError why a newer document was refused while this one stays
 * @param servers the registered servers in the order of their names
 * @param toolsServed tools served of all of them
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
    Instant at) {

  public BrokerReport {
    Objects.requireNonNull(revision);
    Objects.requireNonNull(hash);
    servers = List.copyOf(servers);
    Objects.requireNonNull(at);
  }

  /** The same content under another revision, made at another time. */
  public BrokerReport stamped(String newRevision, Instant now) {
    return new BrokerReport(newRevision, version, hash, configError, servers, toolsServed, now);
  }
}
