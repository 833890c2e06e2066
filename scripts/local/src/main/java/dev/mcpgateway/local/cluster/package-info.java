/**
 * The parts of a cluster that are real programs: etcd, API server and controller manager, and
 * Istio's control plane. This room knows their flags and files, and when they are ready.
 */
@NullMarked
package dev.mcpgateway.local.cluster;

import org.jspecify.annotations.NullMarked;
