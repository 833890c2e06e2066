package dev.mcpgateway.local.node;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values for {@code ${NAME}} in the image table: those of the pod ({@code POD_LOOPBACK}, {@code
 * JAVA_ARGS}, …), then those of the platform's own environment ({@code JAVA_HOME}, …).
 */
final class Placeholders {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private final Map<String, String> pod;
  private final Map<String, String> platform;

  Placeholders(Map<String, String> pod, Map<String, String> platform) {
    this.pod = pod;
    this.platform = platform;
  }

  /**
   * @throws ConfigException naming the first placeholder without a value
   */
  String expand(String text) throws ConfigException {
    Function<String, Optional<String>> value =
        n -> Optional.ofNullable(pod.getOrDefault(n, platform.get(n)));
    var matcher = PLACEHOLDER.matcher(text);
    var out = new StringBuilder();
    while (matcher.find()) {
      var name = matcher.group(1);
      var found =
          value
              .apply(name)
              .orElseThrow(() ->
                  new ConfigException(
                      "the image table uses ${"
                          + name
                          + "}, which is not set; see scripts/tools.sh env"));
      matcher.appendReplacement(out, Matcher.quoteReplacement(found));
    }
    return matcher.appendTail(out).toString();
  }
}
