package dev.mcpgateway.local.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What stands for container images on a machine without containers: image name → command and
 * environment. A container's {@code command} replaces the image's, its {@code args} are appended,
 * as with an image's ENTRYPOINT. Both may hold {@code ${NAME}} ({@link Placeholders}).
 */
public final class ImageTable {
  private final Map<String, Image> images;

  /** One image. */
  public record Image(String name, List<String> command, Map<String, String> env) {
    public Image(String name, @Nullable List<String> command, @Nullable Map<String, String> env) {
      this.name = name;
      this.command = command == null ? List.of() : List.copyOf(command);
      this.env = env == null ? Map.of() : Map.copyOf(env);
    }
  }

  private record Document(@Nullable List<Image> images) {}

  ImageTable(List<Image> images) {
    this.images = new HashMap<>();
    images.forEach(i -> this.images.put(i.name(), i));
  }

  /** Reads files in order; a later image replaces an earlier one of the same name. */
  public static ImageTable load(List<Path> files) throws IOException {
    var mapper = new ObjectMapper(new YAMLFactory());
    var all = new java.util.ArrayList<Image>();
    for (var file : files) {
      var images = mapper.readValue(file.toFile(), Document.class).images();
      if (images == null) {
        throw new IOException("no images in " + file);
      }
      all.addAll(images);
    }
    return new ImageTable(all);
  }

  /** The image a reference names; tag and digest do not matter. */
  public Optional<Image> find(String reference) {
    return Optional.ofNullable(images.get(name(reference)));
  }

  static String name(String reference) {
    var name = reference.split("@", 2)[0];
    int tag = name.lastIndexOf(':');
    return tag > name.lastIndexOf('/') ? name.substring(0, tag) : name;
  }

  /** Known names, for messages. */
  public List<String> names() {
    return List.copyOf(new TreeSet<>(images.keySet()));
  }
}
