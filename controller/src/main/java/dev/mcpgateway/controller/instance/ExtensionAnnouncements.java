package dev.mcpgateway.controller.instance;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.conditions.ExtensionMessages;
import dev.mcpgateway.controller.api.facts.ExtensionFacts;
import dev.mcpgateway.controller.api.rules.Verdict;
import dev.mcpgateway.controller.api.rules.Violation;
import dev.mcpgateway.controller.status.Announcement;
import dev.mcpgateway.controller.status.Transition;
import java.util.Optional;

/** The words of Events about an extension's transitions. Pure. */
final class ExtensionAnnouncements {
  private ExtensionAnnouncements() {}

  /** What to tell about the extension itself. */
  static Announcement own(Transition transition, ExtensionFacts extension, Verdict verdict) {
    String reason = transition.now().getReason();
    if (transition.won()) {
      return Announcement.normal(reason, "Holds Gateway %s.".formatted(extension.gateway()));
    }
    if (displacedBy(transition, verdict).isPresent()) {
      return Announcement.warning(
          "Displaced",
          words(transition, verdict)
              + " The other one comes first and is permitted now; this extension's configuration has been withdrawn.");
    }
    return Announcement.warning(reason, words(transition, verdict));
  }

  /** That all brokers run what is stored, or do not any more; not that they do not yet. */
  static Optional<Announcement> programmed(Transition transition) {
    return transition.lost() || (transition.won() && transition.turned())
        ? Optional.of(Announcement.of(transition))
        : Optional.empty();
  }

  /**
   * Who took a live extension's place, when that is what happened (decision 7). One that lost it by
   * a change of its own specification went to a place that was taken: nobody has displaced it, and
   * the holder, who may be a stranger, has nothing to hear of it.
   */
  static Optional<ObjectKey> displacedBy(Transition transition, Verdict verdict) {
    if (!transition.lost() || !transition.sameGeneration()) {
      return Optional.empty();
    }
    return verdict
        .first()
        .flatMap(first ->
            switch (first) {
              case Violation.NamespaceTaken v -> Optional.of(v.holder());
              case Violation.GatewayTaken v -> Optional.of(v.holder());
              case Violation.PredecessorTerminating v -> Optional.empty();
              case Violation.NotPermitted v -> Optional.empty();
              case Violation.GatewayMissing v -> Optional.empty();
            });
  }

  /** What to tell the one who took it; the displaced one may be a stranger's and is not named. */
  static Announcement tookOver() {
    return Announcement.warning(
        "TookOver",
        "This extension is permitted now and comes first: another one that was Ready has lost its place to it.");
  }

  private static String words(Transition transition, Verdict verdict) {
    return verdict
        .first()
        .map(v -> ExtensionMessages.sentence(v).toString())
        .orElse(transition.now().getMessage());
  }
}
