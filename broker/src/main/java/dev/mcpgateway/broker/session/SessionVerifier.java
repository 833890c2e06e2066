package dev.mcpgateway.broker.session;

/** Says what a session id is worth. */
@FunctionalInterface
public interface SessionVerifier {

  /** Never throws, whatever the text is. */
  SessionVerdict verify(String sessionToken);
}
