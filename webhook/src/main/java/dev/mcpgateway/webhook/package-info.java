/**
 * The validating admission webhook: start-up, settings and wiring. It refuses cross-object mistakes
 * while somebody is still looking at the terminal; the controller remains the judge.
 */
@NullMarked
package dev.mcpgateway.webhook;

import org.jspecify.annotations.NullMarked;
