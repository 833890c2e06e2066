package dev.mcpgateway.broker.upstream;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Words for what went wrong on the way to a server. Part of the contract of {@code /status}: {@code
 * connection refused} is spelled like this whatever the platform says.
 */
final class Failures {
  private static final int MAX_TEXT = 200;

  private Failures() {}

  static String describe(Throwable failure, UpstreamLimits limits, CredentialMask mask) {
    if (isCause(failure, UnresolvedAddressException.class)
        || isCause(failure, UnknownHostException.class)) {
      return "unknown host";
    }
    if (failure instanceof HttpConnectTimeoutException) {
      return "no connection within %d s".formatted(limits.connectTimeout().toSeconds());
    }
    if (failure instanceof HttpTimeoutException) {
      return noAnswer(limits);
    }
    if (isCause(failure, ConnectException.class)) {
      return connect(failure, mask);
    }
    if (isCause(failure, SSLException.class) || isCause(failure, CertificateException.class)) {
      return "TLS: " + clean(deepest(failure).getMessage(), mask);
    }
    String text = clean(failure.getMessage(), mask);
    if (failure instanceof EOFException || text.contains("received no bytes")) {
      return "connection closed without an answer";
    }
    return text.isEmpty() ? failure.getClass().getSimpleName() : text;
  }

  /** The words for an answer that did not come, or not to its end, in time. */
  static String noAnswer(UpstreamLimits limits) {
    return "no complete answer within %d s".formatted(limits.requestTimeout().toSeconds());
  }

  /** Text of a stranger, fit for a log line and a status message: harmless, printable and short. */
  static String clean(@Nullable String text, CredentialMask mask) {
    if (text == null) {
      return "";
    }
    StringBuilder cleaned = new StringBuilder();
    mask.hide(text)
        .codePoints()
        .limit(MAX_TEXT)
        .map(c -> isPrintable(c) ? c : ' ')
        .forEach(cleaned::appendCodePoint);
    return cleaned.toString().strip();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** The JDK's client reports a refused connection with no message or a capital C. */
  private static String connect(Throwable failure, CredentialMask mask) {
    String text = clean(deepest(failure).getMessage(), mask);
    return text.isEmpty() || text.toLowerCase(Locale.ROOT).contains("refused")
        ? "connection refused"
        : text;
  }

  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    for (int i = 0; i < 10; i++) {
      Throwable cause = deepest.getCause();
      if (cause == null) {
        break;
      }
      deepest = cause;
    }
    return deepest;
  }

  private static boolean isCause(Throwable failure, Class<? extends Throwable> type) {
    Throwable current = failure;
    for (int i = 0; i < 10 && current != null; i++) {
      if (type.isInstance(current)) {
        return true;
      }
      current = current.getCause();
    }
    return false;
  }
}
