/**
 * The way to the brokers: which replicas there are, what each of them was given and what it
 * reports. Pushes are what makes a change quick; the mounted Secret makes it last.
 */
@NullMarked
package dev.mcpgateway.controller.delivery;

import org.jspecify.annotations.NullMarked;
