package dev.mcpgateway.controller.api.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Reference to a Gateway or an HTTPRoute; every field may be absent in what the API server stores.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TargetRef(
    @Nullable String group,
    @Nullable String kind,
    @Nullable String name,
    @Nullable String namespace) {}
