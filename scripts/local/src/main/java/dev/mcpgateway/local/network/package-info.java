/**
 * The network of a cluster, played on loopback addresses: pod and Service addresses 10.x become
 * 127.x, and everybody who would use the former (API server, Envoy, JVMs) is handed the latter at
 * the one place where addresses enter it.
 */
@NullMarked
package dev.mcpgateway.local.network;

import org.jspecify.annotations.NullMarked;
