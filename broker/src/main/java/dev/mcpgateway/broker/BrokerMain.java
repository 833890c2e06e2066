package dev.mcpgateway.broker;

import dev.mcpgateway.broker.session.InvalidKeysException;
import dev.mcpgateway.broker.session.LiveKeys;
import java.security.Security;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Starts the broker. Exit code 2 when a setting or a key is wrong, 1 when it cannot start. */
public final class BrokerMain {
  private static final Logger log = LoggerFactory.getLogger(BrokerMain.class);

  private BrokerMain() {}

  /** Runs until SIGTERM. */
  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    // Before the first name is looked up: addresses of Services and of servers outside the cluster
    // change, and a name that does not exist yet must not be remembered as such (10 s by default).
    Security.setProperty("networkaddress.cache.ttl", "5");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    try {
      BrokerSettings settings = BrokerSettings.load(arguments);
      LiveKeys keys = LiveKeys.start(settings.keysDir());
      run(new Broker(settings, keys, Clock.systemUTC()));
    } catch (InvalidSettingsException | InvalidKeysException e) {
      log.atError().log(e.getMessage());
      System.exit(2);
    } catch (Exception e) {
      log.atError().setCause(e).log("The broker cannot start");
      System.exit(1);
    }
  }

  private static void run(Broker broker) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shutdown"));
    broker.start();
  }
}
