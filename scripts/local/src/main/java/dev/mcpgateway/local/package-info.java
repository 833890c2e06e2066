/**
 * The platform on one machine, for the demo and the end-to-end tests; developer tooling, never
 * shipped. Real control plane, real Gateway API provider, real proxy; ours is only what a machine
 * without containers lacks. This room wires the parts together and is the command line. Nothing in
 * here knows the kinds of this project.
 */
@NullMarked
package dev.mcpgateway.local;

import org.jspecify.annotations.NullMarked;
