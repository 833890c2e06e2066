package dev.mcpgateway.local.node;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code $(NAME)} in command, args and env, as Kubernetes expands it: unknown names stay as they
 * are, {@code $$(NAME)} escapes.
 */
final class Variables {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^()]+)\\)");

  private Variables() {}

  static String expand(String text, Map<String, String> values) {
    var matcher = REFERENCE.matcher(text);
    var out = new StringBuilder();
    while (matcher.find()) {
      var name = matcher.group(1);
      var value = name == null ? "$" : values.getOrDefault(name, matcher.group());
      matcher.appendReplacement(out, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(out).toString();
  }
}
