package dev.mcpgateway.controller.registration;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.model.MCPServerRegistration;
import dev.mcpgateway.controller.api.model.RegistrationStatus;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.RegistrationInputs;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.status.StatusPass;
import dev.mcpgateway.controller.status.StatusPass.Draft;
import java.util.function.Supplier;

/** Tells in the status of a registration whether it is served, and if not, why. */
public final class RegistrationReconciler {
  private final Supplier<Outlook> outlook;
  private final StatusPass<MCPServerRegistration, RegistrationStatus> pass;

  public RegistrationReconciler(
      Supplier<Outlook> outlook, StatusPass<MCPServerRegistration, RegistrationStatus> pass) {
    this.outlook = outlook;
    this.pass = pass;
  }

  /** Reconciles the status of a registration. */
  public Outcome reconcile(ObjectKey key) {
    return pass.reconcile(key, outlook.get().registration(key).map(RegistrationReconciler::draft));
  }

  private static Draft<RegistrationStatus> draft(RegistrationInputs inputs) {
    return new Draft<>(
        inputs.registration().uid(),
        inputs.registration().generation(),
        inputs.waits(),
        RegistrationConditions.wanted(inputs),
        conditions -> RegistrationStatusBuilder.build(conditions, inputs));
  }
}
