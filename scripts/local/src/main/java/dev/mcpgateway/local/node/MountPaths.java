package dev.mcpgateway.local.node;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A process without a container sees no mounts, so the paths it is told are rewritten: every mount
 * path in command, args and env values becomes the folder that holds the volume. Only whole path
 * elements are taken, the longest mount path first, each once.
 */
final class MountPaths {
  private final Map<String, Path> mounts;
  private final Pattern pattern;

  MountPaths(Map<String, Path> mounts) {
    this.mounts = mounts;
    var alternatives =
        mounts.keySet().stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    this.pattern = Pattern.compile("(?<![\\w./-])(" + alternatives + ")(?![\\w.-])");
  }

  /** The folder mounted exactly there, or null. */
  @org.jspecify.annotations.Nullable
  Path at(String mountPath) {
    return mounts.get(mountPath);
  }

  String rewrite(String text) {
    if (mounts.isEmpty()) {
      return text;
    }
    var matcher = pattern.matcher(text);
    var out = new StringBuilder();
    while (matcher.find()) {
      var folder = mounts.get(matcher.group(1));
      matcher.appendReplacement(out, Matcher.quoteReplacement(String.valueOf(folder)));
    }
    return matcher.appendTail(out).toString();
  }
}
