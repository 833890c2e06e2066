/**
 * One review: bytes to a case, the world it is judged against, the decision, and back to bytes.
 * Only {@code AdmissionObserver} asks the API server, only {@code AdmissionRoutes} knows HTTP, and
 * what decides is pure.
 */
@NullMarked
package dev.mcpgateway.webhook.admission;

import org.jspecify.annotations.NullMarked;
