package dev.mcpgateway.controller.instance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.broker.api.config.ConfigCodec;
import dev.mcpgateway.controller.observe.InstanceInputs;
import dev.mcpgateway.controller.secrets.StoredConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each instance's Secrets were when they were as they should be. Told from that is what
 * somebody else has done to them, and by it the last good configuration can be restored while the
 * wanted one is too large. A text is the one that is cached, so it takes room of its own only while
 * its Secret is missing. A controller that begins knows nothing of what was before it.
 */
final class LastStored {
  private final Map<String, Known> byNamespace = new ConcurrentHashMap<>();

  /**
   * What is known of one instance.
   *
   * @param good its configuration, null when it is not known
   * @param version at least the one it was stored with
   * @param replaced hash of the document before it, which a view may still show
   * @param keysOwner UID of the holder for whom the keys were complete, empty for none
   */
  private record Known(@Nullable LastGood good, long version, String replaced, String keysOwner) {
    static final Known NOTHING = new Known(null, 0, "", "");

    Known with(LastGood now, long newVersion) {
      String before =
          good == null || good.document().equals(now.document())
              ? replaced
              : ConfigCodec.hash(good.document().getBytes(UTF_8));
      return new Known(now, newVersion, before, keysOwner);
    }

    Known withKeysOf(String owner) {
      return new Known(good, version, replaced, owner);
    }

    /** Without the document: it holds credentials. */
    @Override
    public String toString() {
      return "Known[version=%d, keysOwner=%s]".formatted(version, keysOwner);
    }
  }

  /** What was stored last and as it should be; null when it is not known. */
  @Nullable LastGood good(InstanceInputs inputs) {
    return of(inputs).good();
  }

  /**
   * Remembers how the Secrets are after a pass.
   *
   * @return what was missing or had been changed by somebody else and has been put right, for
   *     people
   */
  List<Restored> after(InstancePlan plan, InstanceInputs inputs, Storing storing) {
    if (storing instanceof Storing.Refused || storing instanceof Storing.NamespaceGoes) {
      return List.of();
    }
    Known known = of(inputs);
    List<Restored> restored = new ArrayList<>();
    Known now =
        switch (plan.config()) {
          case ConfigStep.Write(String document, long ahead) ->
              written(known, document, inputs, restored);
          case ConfigStep.Fallback(String document, boolean inForce, long ahead) ->
              written(known, document, inputs, restored);
          case ConfigStep.Keep k -> seen(known, inputs);
          // Otherwise it would be restored: what is stored is what is known, or nothing is known.
          case ConfigStep.TooLarge t -> seen(known, inputs);
          case ConfigStep.Remove r -> Known.NOTHING;
        };
    byNamespace.put(inputs.namespace(), keys(now, plan, inputs, restored));
    return restored;
  }

  /** The namespace has no instance any more. */
  void forget(String namespace) {
    byNamespace.remove(namespace);
  }

  private Known of(InstanceInputs inputs) {
    return byNamespace.getOrDefault(inputs.namespace(), Known.NOTHING);
  }

  private static Known written(
      Known known, String document, InstanceInputs inputs, List<Restored> restored) {
    if (tampered(known, document, inputs.storedConfig())) {
      restored.add(Restored.config(inputs.storedConfig() == null));
    }
    return known.with(good(document, inputs), known.version());
  }

  private static Known seen(Known known, InstanceInputs inputs) {
    StoredConfig stored = inputs.storedConfig();
    return stored == null || stored.version() == 0
        ? known
        : known.with(good(stored.document(), inputs), stored.version());
  }

  private static LastGood good(String document, InstanceInputs inputs) {
    return new LastGood(document, inputs.holder() == null ? null : inputs.holder().claimKey());
  }

  private static Known keys(
      Known known, InstancePlan plan, InstanceInputs inputs, List<Restored> restored) {
    return switch (plan.keys()) {
      case KeysStep.Keep k ->
          inputs.holder() == null ? known : known.withKeysOf(inputs.holder().uid());
      case KeysStep.Ensure(var owner) -> {
        if (owner.uid().equals(known.keysOwner())) {
          restored.add(Restored.keys(inputs.storedKeys() == null));
        }
        yield known.withKeysOf(owner.uid());
      }
    };
  }

  /** Whether what should be stored was, and what is there now is nothing this controller wrote. */
  private static boolean tampered(Known known, String wanted, @Nullable StoredConfig stored) {
    if (known.good() == null || !wanted.equals(known.good().document())) {
      return false;
    }
    if (stored == null) {
      return true;
    }
    return stored.document().equals(wanted)
        ? !stored.labelled() || stored.version() < known.version()
        : !stored.hash().equals(known.replaced());
  }
}
