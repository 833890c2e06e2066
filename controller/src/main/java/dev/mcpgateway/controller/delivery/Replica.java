package dev.mcpgateway.controller.delivery;

import java.net.URI;

/**
 * One ready broker.
 *
 * @param uid of its pod
 * @param incarnation another one after each restart of its container
 * @param push where it takes configurations
 */
record Replica(String namespace, String pod, String uid, String incarnation, URI push) {}
