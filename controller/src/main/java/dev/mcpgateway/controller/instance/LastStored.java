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
   * @param document of its configuration, null when it is not known
   * @param version at least the one it was stored with
   * @param replaced hash of the document before it, which a view may still show
   * @param keysOwner UID of the holder for whom the keys were complete, empty for none
   */
  private record Known(@Nullable String document, long version, String replaced, String keysOwner) {
    static final Known NOTHING = new Known(null, 0, "", "");

    Known with(String newDocument, long newVersion) {
      String before =
          document == null || document.equals(newDocument)
              ? replaced
              : ConfigCodec.hash(document.getBytes(UTF_8));
      return new Known(newDocument, newVersion, before, keysOwner);
    }

    Known withKeysOf(String owner) {
      return new Known(document, version, replaced, owner);
    }

    /** Without the document: it holds credentials. */
    @Override
    public String toString() {
      return "Known[version=%d, keysOwner=%s]".formatted(version, keysOwner);
    }
  }

  /** The last good document; null when it is not known. */
  @Nullable String document(InstanceInputs inputs) {
    return of(inputs).document();
  }

  /**
   * Remembers how the Secrets are after a pass.
   *
   * @return what was missing or had been changed by somebody else and has been put right, for
   *     people
   */
  List<Restored> after(InstancePlan plan, InstanceInputs inputs, Delivery delivery) {
    if (delivery instanceof Delivery.Refused || delivery instanceof Delivery.NamespaceGoes) {
      return List.of();
    }
    Known known = of(inputs);
    List<Restored> restored = new ArrayList<>();
    Known now =
        switch (plan.config()) {
          case ConfigStep.Write(String document, long ahead) ->
              written(known, document, inputs.storedConfig(), restored);
          case ConfigStep.Restore(String document, long ahead) ->
              written(known, document, inputs.storedConfig(), restored);
          case ConfigStep.Keep k -> seen(known, inputs.storedConfig());
          // Otherwise it would be restored: what is stored is what is known, or nothing is known.
          case ConfigStep.TooLarge t -> seen(known, inputs.storedConfig());
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
      Known known, String document, @Nullable StoredConfig before, List<Restored> restored) {
    if (tampered(known, document, before)) {
      restored.add(Restored.config(before == null));
    }
    return known.with(document, known.version());
  }

  private static Known seen(Known known, @Nullable StoredConfig stored) {
    return stored == null || stored.version() == 0
        ? known
        : known.with(stored.document(), stored.version());
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
    if (!wanted.equals(known.document())) {
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
