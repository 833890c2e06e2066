package dev.mcpgateway.controller.observe;

/** Where something that shall be in a configuration is on its way there. */
public enum Presence {
  /** Every configuration it belongs to is stored with it. */
  STORED,
  /** At least one of them has not been written yet. */
  PENDING,
  /** At least one of them has become too large to be written. */
  TOO_LARGE
}
