package dev.mcpgateway.broker.extproc;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;

/**
 * The answer to one message.
 *
 * @param next what Envoy is expected to send then
 * @param outcome a constant word for metrics
 */
record Step(ProcessingResponse response, Next next, String outcome) {

  /** What comes after an answer. */
  enum Next {
    BODY,
    RESPONSE,
    NOTHING
  }
}
