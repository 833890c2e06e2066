package dev.mcpgateway.webhook.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mcpgateway.webhook.configuration.WebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the API server whom to trust: {@code caBundle} of every entry, and nothing else. */
final class CaBundleWriter {
  private static final Logger log = LoggerFactory.getLogger(CaBundleWriter.class);
  private static final String FIELD = "clientConfig/caBundle";

  private final WebhookConfiguration configuration;

  CaBundleWriter(WebhookConfiguration configuration) {
    this.configuration = configuration;
  }

  /** Whether every entry carries the bundle. */
  boolean carries(String bundle) {
    List<ValidatingWebhook> entries = configuration.read();
    return !entries.isEmpty()
        && entries.stream().map(WebhookConfiguration::caBundle).allMatch(bundle::equals);
  }

  /** Puts the bundle where another one stands; writes nothing when it stands everywhere. */
  void write(String bundle) {
    write(present -> bundle);
  }

  /**
   * Adds authorities where one of them is missing and takes none away: others may know more than
   * this replica.
   */
  void add(List<X509Certificate> authorities) {
    write(present -> added(present, authorities));
  }

  /** A bundle with these authorities in it, whether or not what is there ends with a line. */
  static String added(String present, List<X509Certificate> authorities) {
    StringBuilder bundle = new StringBuilder(present);
    for (X509Certificate authority : authorities) {
      String pem = Pem.write(authority);
      if (bundle.indexOf(pem.strip()) < 0) {
        if (!bundle.isEmpty() && bundle.charAt(bundle.length() - 1) != '\n') {
          bundle.append('\n');
        }
        bundle.append(pem);
      }
    }
    return bundle.toString();
  }

  private void write(UnaryOperator<String> bundle) {
    List<ValidatingWebhook> entries = configuration.read();
    if (entries.isEmpty()) {
      log.atWarn()
          .log(
              "ValidatingWebhookConfiguration missing, nothing is reviewed: install the chart again");
      return;
    }
    int written =
        configuration.write(
            entries,
            FIELD,
            entry -> {
              String present = WebhookConfiguration.caBundle(entry);
              return Optional.of(bundle.apply(present))
                  .filter(wanted -> !wanted.equals(present))
                  .map(CaBundleWriter::base64);
            });
    if (written > 0) {
      log.atInfo().addKeyValue("webhooks", written).log("CA bundle written");
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }
}
