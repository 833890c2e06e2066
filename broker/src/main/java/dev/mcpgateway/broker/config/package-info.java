/**
 * Where the configuration comes from: watches the mounted file, applies what is newer and usable,
 * and keeps the last good configuration against everything else. {@link
 * dev.mcpgateway.broker.config.ConfigDecider} judges, {@link
 * dev.mcpgateway.broker.config.ConfigFile} reads, {@link dev.mcpgateway.broker.config.LiveConfig}
 * does both in turn and tells the rest of the broker.
 */
@NullMarked
package dev.mcpgateway.broker.config;

import org.jspecify.annotations.NullMarked;
