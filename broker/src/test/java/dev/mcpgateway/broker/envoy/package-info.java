/** The router behind a real Envoy, with the filter the chart installs. */
@NullMarked
package dev.mcpgateway.broker.envoy;

import org.jspecify.annotations.NullMarked;
