package dev.mcpgateway.local.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** Kubeconfig files, readable by their owner only. */
public final class Kubeconfig {
  private Kubeconfig() {}

  /** With a token in it. */
  static void write(Path file, URI server, Path ca, String token) throws IOException {
    write(file, server, ca, "token: \"" + token + "\"", "default");
  }

  /** For a pod: the token is read from a file, so that it may be refreshed. */
  public static void writeForPod(Path file, URI server, Path serviceAccountFolder, String namespace)
      throws IOException {
    write(
        file,
        server,
        serviceAccountFolder.resolve("ca.crt"),
        "tokenFile: \"" + serviceAccountFolder.resolve("token") + "\"",
        namespace);
  }

  private static void write(Path file, URI server, Path ca, String user, String namespace)
      throws IOException {
    var text =
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: local
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: local
          user: {%s}
        contexts:
        - name: local
          context: {cluster: local, user: local, namespace: %s}
        current-context: local
        """
            .formatted(
                server,
                Base64.getEncoder().encodeToString(Files.readAllBytes(ca)),
                user,
                namespace);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }
}
