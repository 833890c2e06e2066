package dev.mcpgateway.webhook.certificates;

import java.time.Duration;

/** Provides what the listener presents, now and whenever it changes. */
public interface CertificateSource extends AutoCloseable {
  /** Begins to look, at once and then in this interval. */
  void start(Duration interval);

  /** What was wrong in the last round and what to do about it, empty when nothing was. */
  String failure();

  @Override
  void close();
}
