package dev.mcpgateway.local.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.mcpgateway.local.network.AddressMap;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The kubelet's HTTPS server, as far as {@code kubectl logs} needs it: {@code GET
 * /containerLogs/NAMESPACE/POD/CONTAINER} with {@code follow}, {@code tailLines}, {@code
 * limitBytes} and {@code previous}. The API server does not verify its certificate. Its address
 * (node address, port 10250) is also what tells two platforms of a machine apart: only one can have
 * it.
 */
public final class KubeletServer implements AutoCloseable {
  private static final int PORT = 10250;
  private static final long FOLLOW_MILLIS = 100;
  private static final long KEYTOOL_SECONDS = 30;
  private static final String PASSWORD = "local-only";

  private final HttpsServer server;
  private final AddressMap addresses;

  private KubeletServer(HttpsServer server, AddressMap addresses) {
    this.server = server;
    this.addresses = addresses;
  }

  /**
   * Takes the node's address; nothing is answered yet.
   *
   * @throws IOException if another platform of this machine has it
   */
  public static KubeletServer bind(AddressMap addresses) throws IOException {
    return new KubeletServer(
        HttpsServer.create(new InetSocketAddress(addresses.loopback(addresses.node()), PORT), 64),
        addresses);
  }

  /** The addresses that belong to whoever has this node's address. */
  public AddressMap addresses() {
    return addresses;
  }

  /** Starts to answer, with a certificate made for the occasion. */
  public void start(Node node, Path keytool, Path folder) throws IOException {
    try {
      server.setHttpsConfigurator(new HttpsConfigurator(tls(keytool, folder)));
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificate for the node", e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/containerLogs/", exchange -> logs(exchange, node));
    server.start();
  }

  private static SSLContext tls(Path keytool, Path folder)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    var file = folder.resolve("kubelet.p12");
    var process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "kubelet",
                "-keyalg",
                "EC",
                "-dname",
                "CN=system:node:" + Node.NAME,
                "-validity",
                "365",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    try {
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool: " + Files.readString(folder.resolve("keytool.log")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    var keys = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void logs(HttpExchange exchange, Node node) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath().split("/", -1);
      var query = query(exchange.getRequestURI().getQuery());
      var file =
          path.length < 5
              ? java.util.Optional.<Path>empty()
              : node.log(path[2], path[3], path[4], "true".equals(query.get("previous")));
      if (file.isEmpty()) {
        var text = "there is no log\n".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(404, text.length);
        exchange.getResponseBody().write(text);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", "text/plain");
      exchange.sendResponseHeaders(200, 0);
      boolean follow = "true".equals(query.get("follow"));
      var log = file.get();
      copy(
          log,
          query,
          () -> follow && node.writing(path[2], path[3], path[4], log),
          exchange.getResponseBody());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(
      Path file, Map<String, String> query, BooleanSupplier more, OutputStream out)
      throws IOException, InterruptedException {
    try (var log = new RandomAccessFile(file.toFile(), "r")) {
      if (query.containsKey("tailLines")) {
        log.seek(tail(log, Long.parseLong(query.getOrDefault("tailLines", "0"))));
      }
      long left = Long.parseLong(query.getOrDefault("limitBytes", Long.toString(Long.MAX_VALUE)));
      var buffer = new byte[8192];
      while (left > 0) {
        int n = log.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n > 0) {
          out.write(buffer, 0, n);
          left -= n;
          continue;
        }
        out.flush();
        if (!more.getAsBoolean()) {
          return;
        }
        Thread.sleep(FOLLOW_MILLIS);
      }
    }
  }

  /** Where the last lines begin. */
  private static long tail(RandomAccessFile log, long lines) throws IOException {
    long found = 0;
    for (long at = log.length() - 1; at >= 0; at--) {
      log.seek(at);
      if (log.read() == '\n' && at != log.length() - 1 && ++found >= lines) {
        return at + 1;
      }
    }
    return lines == 0 ? log.length() : 0;
  }

  private static Map<String, String> query(@org.jspecify.annotations.Nullable String text) {
    var all = new HashMap<String, String>();
    for (var part : (text == null ? "" : text).split("&", -1)) {
      var pair = part.split("=", 2);
      all.put(pair[0], pair.length > 1 ? pair[1] : "");
    }
    return all;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
