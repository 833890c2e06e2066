package dev.mcpgateway.controller.writes;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** How the controller patches: always under one name. */
public final class Patches {
  /** Field manager of every write of the controller. */
  public static final String FIELD_MANAGER = "mcp-controller";

  /** Server-side apply: what is sent is ours, whoever had it before. */
  public static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(FIELD_MANAGER)
          .withForce(true)
          .build();

  /** JSON merge patch (RFC 7396): what is null goes, whoever it belongs to. */
  public static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(FIELD_MANAGER)
          .build();

  private Patches() {}
}
