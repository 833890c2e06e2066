package dev.mcpgateway.controller.virtualserver;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.model.MCPVirtualServer;
import dev.mcpgateway.controller.api.model.VirtualServerStatus;
import dev.mcpgateway.controller.observe.Outlook;
import dev.mcpgateway.controller.observe.Selection;
import dev.mcpgateway.controller.observe.VirtualServerInputs;
import dev.mcpgateway.controller.queue.Outcome;
import dev.mcpgateway.controller.status.StatusPass;
import dev.mcpgateway.controller.status.StatusPass.Draft;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.function.Supplier;

/** Tells in the status of a virtual server whether the gateway of its namespace has it. */
public final class VirtualServerReconciler {
  private final Supplier<Outlook> outlook;
  private final StatusPass<MCPVirtualServer, VirtualServerStatus> pass;

  public VirtualServerReconciler(
      Supplier<Outlook> outlook, StatusPass<MCPVirtualServer, VirtualServerStatus> pass) {
    this.outlook = outlook;
    this.pass = pass;
  }

  /** Reconciles the status of a virtual server. */
  public Outcome reconcile(ObjectKey key) {
    return pass.reconcile(
        key, outlook.get().virtualServer(key).map(VirtualServerReconciler::draft));
  }

  private static Draft<VirtualServerStatus> draft(VirtualServerInputs inputs) {
    return new Draft<>(
        inputs.virtualServer().uid(),
        inputs.virtualServer().generation(),
        inputs.settling(),
        VirtualServerConditions.wanted(inputs),
        conditions -> status(conditions, inputs));
  }

  private static VirtualServerStatus status(
      List<Condition> conditions, VirtualServerInputs inputs) {
    Selection selection = inputs.selection();
    return new VirtualServerStatus(
        conditions,
        selection == null ? null : selection.resolved(),
        selection == null ? null : selection.unknown());
  }
}
