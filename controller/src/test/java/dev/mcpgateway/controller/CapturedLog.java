package dev.mcpgateway.controller;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What is logged while this is open. */
final class CapturedLog implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Level threshold;
  private final Logger logger;
  private final @Nullable Level before;
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(threshold)) {
            lines.add(text(event));
          }
        }
      };

  private CapturedLog(String name, Level threshold) {
    this.threshold = threshold;
    logger = (Logger) LoggerFactory.getLogger(name);
    before = logger.getLevel();
    if (!logger.isEnabledFor(threshold)) {
      logger.setLevel(threshold);
    }
    appender.start();
    logger.addAppender(appender);
  }

  /** Everything of our own, as verbose as it gets. */
  static CapturedLog ours() {
    return new CapturedLog("dev.mcpgateway", Level.TRACE);
  }

  /** What anybody wants people to look at. */
  static CapturedLog warnings() {
    return new CapturedLog(Logger.ROOT_LOGGER_NAME, Level.WARN);
  }

  /** Level, message, keys and causes of each line. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(before);
  }

  private static String text(ILoggingEvent event) {
    StringBuilder text = new StringBuilder();
    text.append(event.getLevel()).append(' ').append(event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> text.append(' ').append(pair));
    }
    for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
      text.append(" <- ").append(t.getMessage());
    }
    return text.toString();
  }
}
