package dev.mcpgateway.local;

import dev.mcpgateway.local.cluster.ControlPlane;
import dev.mcpgateway.local.cluster.Istio;
import dev.mcpgateway.local.network.AddressMap;
import dev.mcpgateway.local.network.ClusterDns;
import dev.mcpgateway.local.network.Egress;
import dev.mcpgateway.local.network.Network;
import dev.mcpgateway.local.network.XdsProxy;
import dev.mcpgateway.local.node.ImageTable;
import dev.mcpgateway.local.node.KubeletServer;
import dev.mcpgateway.local.node.Node;
import dev.mcpgateway.local.node.NodeSettings;
import dev.mcpgateway.local.process.ProcessTable;
import java.io.IOException;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts of a platform in order, what can be started at the same time at the same time.
 */
final class PlatformStart {
  private static final Logger log = LoggerFactory.getLogger(PlatformStart.class);
  private static final long LIMIT_SECONDS = 180;

  private final PlatformFolder folder;
  private final Options options;
  private final Parts parts = new Parts();

  PlatformStart(PlatformFolder folder, Options options) {
    this.folder = folder;
    this.options = options;
  }

  /** Ends what has been started so far, and whatever is started from now on. */
  void end() {
    parts.close();
  }

  LocalPlatform run() throws IOException {
    var tools = Tools.from(options.environment());
    var images = ImageTable.load(options.images());
    parts.keep(folder.take());
    try {
      return run(tools, images);
    } catch (IOException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private LocalPlatform run(Tools tools, ImageTable images) throws IOException {
    folder.clearLogs();
    parts.keep(folder::clear);
    var kubelet = parts.keep(bindFree(options.octet()));
    var addresses = kubelet.addresses();
    var processes = parts.keep(new ProcessTable(folder.root(), folder.processes()));
    processes.guard();

    var socket = folder.newRunFolder().resolve("egress.sock");
    parts.keep(Egress.forApiServer(socket, addresses));
    var control = controlPlane(tools, processes, addresses);
    var api = control.startApi(socket, folder.kubeconfig());
    var client = parts.keep(control.client());
    var controllers = control.startControllers();

    var dns = new ClusterDns(folder.data().resolve("hosts"), addresses);
    var istio = new Istio(folder.data().resolve("istio"), folder.log(), processes);
    var xds = parts.keep(new XdsProxy(istio.xdsPort(), addresses, dns));
    var gateways =
        background(() -> {
          istio.applyCrds(client, tools.gatewayApiCrds(), tools.istioCrds(), api);
          istio.start(client, tools.istiod(), folder.kubeconfig(), xds.port());
          return true;
        });
    var proxy = parts.keep(Egress.forPods(addresses, dns));
    parts.keep(new Network(client, addresses, dns, folder.services()));
    var settings =
        new NodeSettings(
            folder.data().resolve("pods"),
            folder.log().resolve("pods"),
            control.server(),
            addresses,
            dns.file(),
            proxy.address(),
            images,
            options.environment());
    var node = parts.keep(new Node(settings, client, processes, Clock.systemUTC()));
    kubelet.start(node, tools.javaHome().resolve("bin").resolve("keytool"), folder.data());
    control.awaitControllers(controllers, client);
    await(gateways);

    folder.markReady(addresses.octet());
    log.atInfo()
        .addKeyValue("server", control.server())
        .addKeyValue("octet", addresses.octet())
        .log("Platform ready");
    return new LocalPlatform(folder, tools, addresses, client, dns, parts);
  }

  private ControlPlane controlPlane(Tools tools, ProcessTable processes, AddressMap addresses) {
    return new ControlPlane(
        folder.data().resolve("cluster"),
        folder.log(),
        processes,
        new ControlPlane.Binaries(tools.etcd(), tools.apiServer(), tools.controllerManager()),
        addresses);
  }

  /**
   * The wanted octet or the first free one: the node's address is taken by whoever uses an octet.
   */
  private static KubeletServer bindFree(OptionalInt wanted) throws IOException {
    IOException taken = null;
    for (int octet = wanted.orElse(AddressMap.FIRST);
        octet <= wanted.orElse(AddressMap.LAST);
        octet++) {
      try {
        return KubeletServer.bind(new AddressMap(octet));
      } catch (IOException e) {
        taken = e;
      }
    }
    throw new IOException("no free second octet; another platform of this machine uses it", taken);
  }

  private static <T> FutureTask<T> background(Callable<T> task) {
    var future = new FutureTask<>(task);
    Thread.ofVirtual().start(future);
    return future;
  }

  private static void await(FutureTask<?> task) throws IOException {
    try {
      task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("the Gateway API provider did not start", e);
    } catch (TimeoutException e) {
      throw new IOException("the Gateway API provider did not start in time", e);
    }
  }
}
