package dev.mcpgateway.local.network;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches Services and EndpointSlices and keeps proxy, names and load balancer addresses in step
 * with them.
 */
public final class Network implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Network.class);

  /** Also without an event: an address that was taken may be free by now. */
  private static final long AGAIN_SECONDS = 3;

  private final SharedIndexInformer<Service> services;
  private final SharedIndexInformer<EndpointSlice> slices;
  private final ServiceProxy proxy;
  private final ClusterDns dns;
  private final LoadBalancers balancers;
  private final Semaphore changed = new Semaphore(1);
  private final Thread loop;
  private final Path report;
  private String reported = "";

  /**
   * @param report file that always says, for people, which addresses answer and which cannot be
   *     bound
   */
  public Network(KubernetesClient client, AddressMap addresses, ClusterDns dns, Path report) {
    this.dns = dns;
    this.report = report;
    this.proxy = new ServiceProxy(addresses);
    this.balancers = new LoadBalancers(client, addresses);
    this.services = client.services().inAnyNamespace().inform(new Signal<>());
    this.slices = client.discovery().v1().endpointSlices().inAnyNamespace().inform(new Signal<>());
    this.loop = Thread.ofVirtual().name("network").start(this::run);
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        if (changed.tryAcquire(AGAIN_SECONDS, TimeUnit.SECONDS)) {
          changed.drainPermits();
        }
        sync();
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        // The edge of the loop: whatever one object of the cluster does to us, the others must go
        // on being served.
        log.atWarn().setCause(e).log("Network not up to date, trying again");
      }
    }
  }

  private void sync() throws IOException {
    var all = services.getStore().list();
    var table = ServiceTable.of(all, slices.getStore().list());
    dns.apply(table);
    proxy.apply(table);
    balancers.apply(all);
    report(table);
  }

  private void report(ServiceTable table) throws IOException {
    var text = proxy.report(table);
    if (!text.equals(reported)) {
      Files.writeString(report, text);
      reported = text;
    }
  }

  @Override
  public void close() {
    services.close();
    slices.close();
    loop.interrupt();
    proxy.close();
  }

  /** Any event means: look again. */
  private final class Signal<T extends HasMetadata> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T obj) {
      changed.release();
    }

    @Override
    public void onUpdate(T before, T after) {
      changed.release();
    }

    @Override
    public void onDelete(@Nullable T obj, boolean unknown) {
      changed.release();
    }
  }
}
