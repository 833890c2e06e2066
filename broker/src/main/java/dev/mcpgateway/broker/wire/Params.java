package dev.mcpgateway.broker.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The member {@code params} of a request or notification, kept as bytes; {@code params.name}, by
 * which a tool is chosen, is known by value and place.
 */
public final class Params {
  /** No parameters: the member is absent or null. */
  public static final Params NONE = new Params(null, null, null);

  private final @Nullable RawJson raw;
  private final @Nullable String name;
  private final RawJson.@Nullable Span namePlace;

  private Params(@Nullable RawJson raw, @Nullable String name, RawJson.@Nullable Span namePlace) {
    this.raw = raw;
    this.name = name;
    this.namePlace = namePlace;
  }

  static Params of(RawJson raw, @Nullable String name, RawJson.@Nullable Span namePlace) {
    return new Params(raw, name, namePlace);
  }

  /** The object, verbatim; absent when the message has no parameters. */
  public @Nullable RawJson raw() {
    return raw;
  }

  /** Decoded value of {@code params.name}; absent when missing or no string. */
  public @Nullable String name() {
    return name;
  }

  /**
   * The whole message with another {@code params.name}. Every other byte stays: white space, order,
   * escapes, numbers no double can hold, members nobody here knows.
   *
   * @throws IllegalStateException when there is no {@link #name()}
   */
  public byte[] messageWithName(String replacement) {
    if (raw == null || namePlace == null) {
      throw new IllegalStateException("the message has no params.name to replace");
    }
    byte[] text = JsonStringEncoder.getInstance().quoteAsUTF8(replacement);
    byte[] quoted = new byte[text.length + 2];
    quoted[0] = '"';
    System.arraycopy(text, 0, quoted, 1, text.length);
    quoted[quoted.length - 1] = '"';
    return raw.documentWith(namePlace, quoted);
  }

  /** Size only: parameters carry what users say. */
  @Override
  public String toString() {
    return raw == null ? "Params[none]" : "Params[" + raw.length() + " bytes]";
  }
}
