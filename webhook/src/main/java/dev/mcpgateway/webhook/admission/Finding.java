package dev.mcpgateway.webhook.admission;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.Sentence;
import java.util.List;

/**
 * Something a rule has to say about an object.
 *
 * @param what the rule's own value: two findings are the same when it is equal
 * @param denies whether it is a reason to refuse the object
 * @param hints what to paste, if anything
 */
record Finding(Record what, boolean denies, Sentence sentence, List<String> hints) {
  Finding {
    hints = List.copyOf(hints);
  }

  static Finding denial(Record what, Sentence sentence) {
    return new Finding(what, true, sentence, List.of());
  }

  static Finding warning(Record what, Sentence sentence, String... hints) {
    return new Finding(what, false, sentence, List.of(hints));
  }

  /** A warning, or that its reason could not be looked for. */
  static Finding warning(Record what, Sentence sentence, Unseen reason, View view) {
    return view.unseen().contains(reason)
        ? warning(new NotChecked(reason), reason.sentence())
        : warning(what, sentence);
  }

  /** Nothing has been found, because nothing could be read. */
  record NotChecked(Unseen what) {}

  /** A Gateway that has not accepted the route yet tells nothing of the prefixes in use on it. */
  record PrefixUnchecked(String prefix, ObjectKey gateway) {}

  /** Name of the rule; a constant, for logs and metrics. */
  String rule() {
    return what.getClass().getSimpleName();
  }
}
