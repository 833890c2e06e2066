/**
 * Real processes on this machine: how they are started (each in a session of its own), written
 * down, and ended without leaving any behind, even when the program that started them was killed.
 */
@NullMarked
package dev.mcpgateway.local.process;

import org.jspecify.annotations.NullMarked;
