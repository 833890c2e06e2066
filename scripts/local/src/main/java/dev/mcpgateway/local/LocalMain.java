package dev.mcpgateway.local;

import dev.mcpgateway.local.network.AddressMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line behind {@code scripts/local.sh}: {@code up [--foreground] [--images FILE]…},
 * {@code down}, {@code status}, {@code url NAMESPACE/GATEWAY}. Exit codes: 0 done, 1 failed, 2
 * wrong use, 3 no platform runs.
 */
public final class LocalMain {
  private static final String USAGE =
      "usage: local.sh up [--foreground] [--images FILE]... | down | status | url NAMESPACE/GATEWAY";
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;
  private static final int NOT_RUNNING = 3;

  private static final Logger log = LoggerFactory.getLogger(LocalMain.class);
  private static final Pattern SERVER = Pattern.compile("server: (\\S+)");

  private final PlatformFolder folder;
  private final PrintStream out;
  private final PrintStream err;

  LocalMain(PlatformFolder folder, PrintStream out, PrintStream err) {
    this.folder = folder;
    this.out = out;
    this.err = err;
  }

  /** Starts the program. */
  public static void main(String[] args) throws Exception {
    var root = Path.of(System.getenv().getOrDefault("MCP_LOCAL_DIR", ".local"));
    int code = new LocalMain(new PlatformFolder(root), System.out, System.err).run(List.of(args));
    System.exit(code);
  }

  int run(List<String> args) throws InterruptedException {
    try {
      return switch (args.isEmpty() ? "" : args.getFirst()) {
        case "up" -> up(args.subList(1, args.size()));
        case "down" -> down();
        case "status" -> status();
        case "url" -> args.size() == 2 ? url(args.get(1)) : wrongUse();
        default -> wrongUse();
      };
    } catch (IllegalStateException | IllegalArgumentException e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (IOException e) {
      log.atError().setCause(e).log("Failed");
      return FAILED;
    }
  }

  private int wrongUse() {
    err.println(USAGE);
    return WRONG_USE;
  }

  private int up(List<String> args) throws IOException, InterruptedException {
    boolean foreground = false;
    var images = new ArrayList<Path>();
    for (var words = args.iterator(); words.hasNext(); ) {
      var word = words.next();
      if (word.equals("--foreground")) {
        foreground = true;
      } else if (word.equals("--images") && words.hasNext()) {
        images.add(Path.of(words.next()).toAbsolutePath());
      } else {
        return wrongUse();
      }
    }
    if (foreground) {
      return serve(images);
    }
    new Daemon(folder, err).ensure(images);
    return status();
  }

  /**
   * Runs the platform in this JVM until it is told to stop, which it may be while it is still
   * starting.
   */
  private int serve(List<Path> images) throws IOException, InterruptedException {
    var options = Options.fromEnvironment().withImages(images.toArray(Path[]::new));
    var start = new PlatformStart(folder, options);
    Runtime.getRuntime().addShutdownHook(new Thread(start::end, "shutdown"));
    var platform = start.run();
    out.println(
        "ready: export KUBECONFIG=" + platform.kubeconfig() + " (Ctrl-C ends the platform)");
    // The shutdown hook ends the JVM from here.
    new CountDownLatch(1).await();
    return 0;
  }

  private int down() throws IOException, InterruptedException {
    new Daemon(folder, err).end();
    out.println("down");
    return 0;
  }

  private int status() throws IOException {
    var octet = folder.octet();
    if (octet.isEmpty()) {
      out.println(folder.taken() ? "starting" : "not running");
      return NOT_RUNNING;
    }
    var addresses = new AddressMap(octet.getAsInt());
    out.println("running in " + folder.root() + ", logs in " + folder.log());
    out.println("  export KUBECONFIG=" + folder.kubeconfig());
    var server = SERVER.matcher(Files.readString(folder.kubeconfig()));
    if (server.find()) {
      out.println("  api      " + server.group(1));
    }
    out.println(
        "  pods     "
            + addresses.podRange()
            + ", on this machine 127"
            + addresses.podRange().substring(2));
    out.println(
        "  services "
            + addresses.serviceRange()
            + ", on this machine 127"
            + addresses.serviceRange().substring(2));
    out.println("processes");
    folder.running().forEach(p -> out.printf("  %7d  %s%n", p.pid(), p.name()));
    out.println("addresses");
    if (Files.exists(folder.services())) {
      Files.readAllLines(folder.services()).forEach(l -> out.println("  " + l));
    }
    return 0;
  }

  private int url(String gateway) throws IOException {
    var parts = gateway.split("/", -1);
    if (parts.length != 2) {
      return wrongUse();
    }
    var octet = folder.octet();
    if (octet.isEmpty()) {
      err.println("not running");
      return NOT_RUNNING;
    }
    var config = Config.fromKubeconfig(folder.kubeconfig().toFile());
    try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
      var urls = GatewayUrls.of(client, new AddressMap(octet.getAsInt()), parts[0], parts[1]);
      urls.forEach(out::println);
      return urls.isEmpty() ? FAILED : 0;
    }
  }
}
