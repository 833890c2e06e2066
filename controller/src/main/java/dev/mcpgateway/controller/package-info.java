/**
 * The controller: watches the cluster, decides who holds which Gateway, writes each instance's
 * configuration and keys, and says in status what it sees. This package is the wiring; every room
 * below does one thing.
 */
@NullMarked
package dev.mcpgateway.controller;

import org.jspecify.annotations.NullMarked;
