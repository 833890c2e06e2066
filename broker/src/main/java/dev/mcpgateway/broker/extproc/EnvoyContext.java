package dev.mcpgateway.broker.extproc;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** A connection's context, with its bytes filtered and the threads of its streams known. */
final class EnvoyContext implements ConnectionContext {
  private final ConnectionContext delegate;
  private final StreamThreads streams;
  private final DataReader reader;

  EnvoyContext(ConnectionContext delegate, StreamThreads streams) {
    this.delegate = delegate;
    this.streams = streams;
    DataReader bytes = delegate.dataReader();
    this.reader = DataReader.create(new SettingsFilter(() -> bytes.readBuffer().readBytes()));
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public ExecutorService executor() {
    return streams;
  }

  @Override
  public ListenerContext listenerContext() {
    return delegate.listenerContext();
  }

  @Override
  public DataWriter dataWriter() {
    return delegate.dataWriter();
  }

  @Override
  public Router router() {
    return delegate.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return delegate.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return delegate.serverSocket();
  }

  @Override
  public PeerInfo remotePeer() {
    return delegate.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return delegate.localPeer();
  }

  @Override
  public boolean isSecure() {
    return delegate.isSecure();
  }

  @Override
  public String socketId() {
    return delegate.socketId();
  }

  @Override
  public String childSocketId() {
    return delegate.childSocketId();
  }
}
