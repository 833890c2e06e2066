package dev.mcpgateway.controller.secrets;

/** The keys of one gateway instance, as files in the broker's keys folder. */
public enum KeyName {
  SESSION_SIGNING("session-signing-key"),
  ROUTER("router-key"),
  PUSH("push-key");

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
