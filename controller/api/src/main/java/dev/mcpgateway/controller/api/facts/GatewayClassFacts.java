package dev.mcpgateway.controller.api.facts;

/**
 * A Gateway API GatewayClass.
 *
 * @param accepted its controller says that it will serve Gateways of this class
 */
public record GatewayClassFacts(String name, boolean accepted) {}
