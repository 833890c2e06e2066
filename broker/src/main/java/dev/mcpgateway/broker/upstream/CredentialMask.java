package dev.mcpgateway.broker.upstream;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes a server's credential out of what the server says: some quote the header they refuse, and
 * their words end up in statuses, events and logs that more people may read than the Secret. Pure.
 */
final class CredentialMask {
  private static final String MASKED = "[credential]";

  /**
   * Shorter ones protect nothing, and would be found in words that have nothing to do with them.
   */
  private static final int MIN_LENGTH = 6;

  /** Null when there is nothing to hide. */
  private final @Nullable Pattern secrets;

  private CredentialMask(@Nullable Pattern secrets) {
    this.secrets = secrets;
  }

  /**
   * @param credential value of the Authorization header: as a whole and without its scheme it is
   *     nobody's business
   */
  static CredentialMask of(@Nullable String credential) {
    String whole = credential == null ? "" : credential.strip();
    String[] schemeAndRest = whole.split("\\s+", 2);
    List<String> secrets =
        Stream.of(whole, schemeAndRest[schemeAndRest.length - 1])
            .filter(s -> s.length() >= MIN_LENGTH)
            .toList();
    return new CredentialMask(
        secrets.isEmpty()
            ? null
            : Pattern.compile(
                secrets.stream().map(Pattern::quote).collect(Collectors.joining("|")),
                // Content types are compared, and quoted, in lower case.
                Pattern.CASE_INSENSITIVE));
  }

  /** The text without the credential; before it is cut, or a part of it could be left. */
  String hide(String text) {
    return secrets == null
        ? text
        : secrets.matcher(text).replaceAll(Matcher.quoteReplacement(MASKED));
  }
}
