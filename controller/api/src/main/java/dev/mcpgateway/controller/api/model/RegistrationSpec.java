package dev.mcpgateway.controller.api.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Spec of an {@link MCPServerRegistration}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegistrationSpec(
    @Nullable TargetRef targetRef,
    @Nullable String toolPrefix,
    @Nullable String path,
    @Nullable CredentialRef credentialRef) {}
