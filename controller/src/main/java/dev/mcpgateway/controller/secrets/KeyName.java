package dev.mcpgateway.controller.secrets;

import dev.mcpgateway.broker.api.KeyNames;

/** The keys of one gateway instance, as files in the broker's keys folder. */
public enum KeyName {
  SESSION_SIGNING(KeyNames.SESSION_SIGNING),
  ROUTER(KeyNames.ROUTER),
  PUSH(KeyNames.PUSH);

  /** Length of every key in bytes. */
  public static final int BYTES = 32;

  private final String file;

  KeyName(String file) {
    this.file = file;
  }

  /** Data key in the Secret and name of the mounted file. */
  public String file() {
    return file;
  }
}
