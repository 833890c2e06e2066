/**
 * This project's own entry in the status of HTTPRoutes that registrations use (Gateway API,
 * RouteParentStatus).
 */
@NullMarked
package dev.mcpgateway.controller.route;

import org.jspecify.annotations.NullMarked;
