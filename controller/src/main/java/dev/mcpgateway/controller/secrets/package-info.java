/**
 * The two Secrets of an instance: what is stored (facts, never values in text), and the only
 * writers of them.
 */
@NullMarked
package dev.mcpgateway.controller.secrets;

import org.jspecify.annotations.NullMarked;
