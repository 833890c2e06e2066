package dev.mcpgateway.broker.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the document and the file that holds its version. A mounted Secret changes both at once by
 * swapping a symbolic link between two reads, an editor writes in pieces; so everything is read
 * twice, and what differs counts as not there yet.
 */
final class ConfigFile {
  private static final int MAX_VERSION_BYTES = 64;

  private final Path document;
  private final @Nullable Path version;
  private final Pause settle;

  /**
   * @param version file with the version in decimal, or null when configurations are not numbered
   * @param settle waits between the two reads of something new
   */
  ConfigFile(Path document, @Nullable Path version, Pause settle) {
    this.document = document;
    this.version = version;
    this.settle = settle;
  }

  /**
   * Reads once when document and version are the known ones, else twice: a known document beside a
   * new version is what a swap between the two files of one read looks like.
   *
   * @param knownHash hash of the document in force
   * @param knownVersion its version, 0 when it has none
   */
  Candidate read(String knownHash, long knownVersion) throws InterruptedException {
    Candidate first = readOnce();
    if (!(first instanceof Candidate.Document one) || known(one, knownHash, knownVersion)) {
      return first;
    }
    settle.pause();
    return readOnce() instanceof Candidate.Document two && same(one, two)
        ? two
        : new Candidate.Unreadable("the configuration file changed while it was read");
  }

  private static boolean known(Candidate.Document found, String hash, long version) {
    String text = found.version() == null ? "0" : found.version().strip();
    return text.equals(Long.toString(version)) && ConfigCodec.hash(found.bytes()).equals(hash);
  }

  private static boolean same(Candidate.Document one, Candidate.Document two) {
    return Arrays.equals(one.bytes(), two.bytes()) && Objects.equals(one.version(), two.version());
  }

  private Candidate readOnce() {
    try {
      byte[] bytes = readAtMost(document, ConfigCodec.MAX_BYTES + 1);
      return new Candidate.Document(bytes, readVersion());
    } catch (NoSuchFileException e) {
      return new Candidate.Missing();
    } catch (AccessDeniedException e) {
      return new Candidate.Unreadable("no permission to read the configuration file");
    } catch (IOException e) {
      return new Candidate.Unreadable(
          "cannot read the configuration file: " + e.getClass().getSimpleName());
    }
  }

  private @Nullable String readVersion() throws IOException {
    if (version == null) {
      return null;
    }
    try {
      return new String(readAtMost(version, MAX_VERSION_BYTES), UTF_8);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static byte[] readAtMost(Path file, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(limit);
    }
  }

  /** Waits a little. */
  @FunctionalInterface
  interface Pause {
    void pause() throws InterruptedException;
  }
}
