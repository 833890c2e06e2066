/**
 * What other processes may know of the controller: the kinds, the facts taken from them, the rules
 * that are read twice (webhook and controller) and the conditions in which both speak. No HTTP
 * server here.
 */
@NullMarked
package dev.mcpgateway.controller.api;

import org.jspecify.annotations.NullMarked;
