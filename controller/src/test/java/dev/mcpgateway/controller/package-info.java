/** The controller's architecture, and the whole controller against a real kube-apiserver. */
@NullMarked
package dev.mcpgateway.controller;

import org.jspecify.annotations.NullMarked;
