/**
 * What the broker says about itself: {@code /status} for people and the controller, {@code
 * /healthz} and {@code /readyz} for the kubelet, {@code /metrics} for Prometheus. {@link
 * dev.mcpgateway.broker.status.StatusBuilder} puts the words together, without any I/O.
 */
@NullMarked
package dev.mcpgateway.broker.status;

import org.jspecify.annotations.NullMarked;
