package dev.mcpgateway.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.broker.api.config.InvalidConfigException;
import dev.mcpgateway.broker.api.config.ServerConfig;
import dev.mcpgateway.broker.api.push.BrokerReport;
import dev.mcpgateway.broker.api.push.PushCodec;
import dev.mcpgateway.broker.api.push.PushReply;
import dev.mcpgateway.broker.api.push.PushReply.Outcome;
import dev.mcpgateway.broker.api.push.PushRequest;
import dev.mcpgateway.broker.api.push.Sealer;
import dev.mcpgateway.broker.api.push.ServerReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A broker as the controller sees it: {@code /push} with versions, reports and long poll. */
public final class BrokerPeer implements AutoCloseable {
  /** Less than anybody waits for an answer, so that who is stalled here is stalled there. */
  private static final Duration STALL = Duration.ofSeconds(5);

  private final List<Long> applied = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger pushes = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile Sealer sealer;
  private volatile int status = 200;
  private String process = UUID.randomUUID().toString();
  private int changes;
  private long version;
  private String document = "";
  private List<ServerReport> servers = List.of();
  private int tools;
  private boolean refusing;
  private boolean forgetting;
  private boolean stalling;
  private boolean holding;
  private int stalled;
  private int mostStalled;

  private BrokerPeer(byte[] pushKey, int port) throws IOException {
    sealer = new Sealer(pushKey);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/push", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public static BrokerPeer start(byte[] pushKey) {
    return start(pushKey, 0);
  }

  static BrokerPeer start(byte[] pushKey, int port) {
    try {
      return new BrokerPeer(pushKey, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Versions that were applied, in their order, restarts included. */
  List<Long> applied() {
    return List.copyOf(applied);
  }

  public int requests() {
    return requests.get();
  }

  /** How often somebody wanted a configuration to be applied. */
  public int pushes() {
    return pushes.get();
  }

  synchronized String document() {
    return document;
  }

  /** Waits until its configuration contains a text; false when that takes too long. */
  synchronized boolean awaitDocumentWith(String text, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!document.contains(text) && System.nanoTime() < deadline) {
      wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    }
    return document.contains(text);
  }

  /** From now on only what is sealed with this key is opened. */
  void know(byte[] pushKey) {
    sealer = new Sealer(pushKey);
  }

  /** Answers everything with this status and nothing else; 200 for real answers. */
  void answer(int newStatus) {
    status = newStatus;
  }

  public synchronized void refuse(boolean everything) {
    refusing = everything;
  }

  /** Says that it has applied what it is given, and has not. */
  public synchronized void forget(boolean everything) {
    forgetting = everything;
  }

  /** From now on configurations are answered late, and with nothing of use. */
  synchronized void stall() {
    stalling = true;
  }

  /** Whether every answer waits until that is over. */
  synchronized void hold(boolean everything) {
    holding = everything;
    notifyAll();
  }

  /** Configurations whose senders wait now. */
  synchronized int stalled() {
    return stalled;
  }

  /** Most of them at the same time. */
  synchronized int mostStalled() {
    return mostStalled;
  }

  /** Another process that begins with an older file. */
  synchronized void restart(long fileVersion, String fileDocument) {
    process = UUID.randomUUID().toString();
    version = fileVersion;
    document = fileDocument;
    changed();
  }

  /** What its servers look like from now on. */
  public synchronized void report(ServerReport... reports) {
    servers = List.of(reports);
    changed();
  }

  /** From now on it is connected to every server it is given, and finds this many tools there. */
  synchronized void serve(int toolsEach) {
    tools = toolsEach;
    connect();
    changed();
  }

  /** What it runs with. */
  synchronized long version() {
    return version;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange http) throws IOException {
    requests.incrementAndGet();
    try (http) {
      byte[] sealed = http.getRequestBody().readAllBytes();
      Sealer current = sealer;
      byte[] plain = current.openRequest(sealed);
      if (status != 200 || plain == null) {
        http.sendResponseHeaders(status == 200 ? 401 : status, -1);
        return;
      }
      PushReply reply = reply(PushCodec.readRequest(plain));
      byte[] body = current.sealReply(Sealer.exchange(sealed), PushCodec.write(reply));
      http.sendResponseHeaders(200, body.length);
      http.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized PushReply reply(PushRequest request) throws InterruptedException {
    while (holding) {
      wait();
    }
    String wanted = request.document();
    if (wanted == null) {
      long deadline = System.nanoTime() + request.waitMillis() * 1_000_000;
      while (revision().equals(request.seenRevision()) && System.nanoTime() < deadline) {
        wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
      return new PushReply(Outcome.CURRENT, null, report());
    }
    pushes.incrementAndGet();
    if (stalling) {
      stalled++;
      mostStalled = Math.max(mostStalled, stalled);
      long deadline = System.nanoTime() + STALL.toNanos();
      while (System.nanoTime() < deadline) {
        wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
      stalled--;
      return new PushReply(Outcome.REFUSED, "too busy", report());
    }
    if (refusing) {
      return new PushReply(Outcome.REFUSED, "not to my taste", report());
    }
    if (forgetting) {
      return new PushReply(Outcome.APPLIED, null, report());
    }
    if (request.version() > version) {
      version = request.version();
      document = wanted;
      applied.add(version);
      connect();
      changed();
      return new PushReply(Outcome.APPLIED, null, report());
    }
    boolean same = wanted.equals(document);
    return new PushReply(same ? Outcome.CURRENT : Outcome.OLDER, null, report());
  }

  private void connect() {
    if (tools > 0 && !document.isEmpty()) {
      try {
        servers =
            ConfigCodec.read(document.getBytes(UTF_8)).servers().stream()
                .map(this::connected)
                .toList();
      } catch (InvalidConfigException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private ServerReport connected(ServerConfig config) {
    List<String> names =
        IntStream.range(0, tools).mapToObj(i -> config.toolPrefix() + "tool_" + i).toList();
    return new ServerReport(
            config.name(),
            true,
            true,
            "2025-11-25",
            tools,
            names,
            List.of(),
            "server added successfully",
            null)
        .about(config);
  }

  private void changed() {
    changes++;
    notifyAll();
  }

  private String revision() {
    return process + "-" + changes;
  }

  private BrokerReport report() {
    return new BrokerReport(
        revision(),
        version,
        document.isEmpty() ? "" : ConfigCodec.hash(document.getBytes(UTF_8)),
        null,
        servers,
        servers.stream().mapToInt(ServerReport::toolCount).sum(),
        Clock.systemUTC().instant());
  }
}
