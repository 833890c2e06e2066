/**
 * What other processes may know of the broker: the configuration it accepts, the status it reports
 * and the headers it keeps for itself. JSON and YAML only, no Kubernetes types.
 */
@NullMarked
package dev.mcpgateway.broker.api;

import org.jspecify.annotations.NullMarked;
