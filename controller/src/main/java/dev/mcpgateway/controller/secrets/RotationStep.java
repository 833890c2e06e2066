package dev.mcpgateway.controller.secrets;

/** One write on the way from an instance's keys to new ones. */
public sealed interface RotationStep {
  /**
   * The next keys are made, so that every broker accepts them before anybody uses them.
   *
   * @param request what asked for it
   */
  record Begin(String request) implements RotationStep {}

  /** The next keys are used, the previous ones still accepted. */
  record Promote() implements RotationStep {}

  /** The previous keys are not accepted any more. */
  record Retire() implements RotationStep {}

  /** It is not known how long the rotation has been where it is: from now on it is. */
  record Stamp() implements RotationStep {}
}
