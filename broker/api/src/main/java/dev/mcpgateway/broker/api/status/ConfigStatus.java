package dev.mcpgateway.broker.api.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The configuration a broker runs with.
 *
 * @param version number the controller gave it; 0 before the first one
 * @param hash SHA-256 of the document's bytes, empty before the first one
 * @param source {@code push} until the file says the same, then {@code file}; {@code none} before
 *     the first one
 * @param loadedAt when it was applied
 * @param error why a newer document was refused while this one stays, without credentials
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConfigStatus(
    long version, String hash, String source, @Nullable Instant loadedAt, @Nullable String error) {}
