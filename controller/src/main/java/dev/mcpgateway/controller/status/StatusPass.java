package dev.mcpgateway.controller.status;

import dev.mcpgateway.controller.api.ObjectKey;
import dev.mcpgateway.controller.api.cache.WatchedKind;
import dev.mcpgateway.controller.api.cache.WorldCache;
import dev.mcpgateway.controller.api.conditions.ConditionNames;
import dev.mcpgateway.controller.api.conditions.Conditions;
import dev.mcpgateway.controller.api.conditions.Conditions.Wanted;
import dev.mcpgateway.controller.api.model.ConditionedStatus;
import dev.mcpgateway.controller.queue.Outcome;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One pass over the status of an object that is served as a part of somebody's configuration: it
 * stays Ready for a while when a change is on its way, and when Ready turns there is an Event.
 *
 * @param <T> the kind
 * @param <S> its status
 */
public final class StatusPass<T extends CustomResource<?, S>, S extends ConditionedStatus<S>> {
  private final WatchedKind kind;
  private final Class<T> type;
  private final Supplier<T> fresh;
  private final WorldCache world;
  private final StatusWriter statuses;
  private final EventWriter events;
  private final Clock clock;
  private final Patience patience;

  /**
   * What there is to say.
   *
   * @param uid of the object it is about
   * @param waits the change it asks for has not been stored yet, or brokers have not been heard of
   *     yet
   * @param status made of the conditions
   */
  public record Draft<S>(
      String uid,
      long generation,
      boolean waits,
      List<Wanted> conditions,
      Function<List<Condition>, S> status) {
    public Draft {
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * @param fresh makes an empty object of the kind
   */
  public StatusPass(
      WatchedKind kind,
      Class<T> type,
      Supplier<T> fresh,
      WorldCache world,
      StatusWriter statuses,
      EventWriter events,
      Clock clock,
      Patience patience) {
    this.kind = kind;
    this.type = type;
    this.fresh = fresh;
    this.world = world;
    this.statuses = statuses;
    this.events = events;
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * Says it.
   *
   * @param draft empty when the object is gone
   */
  public Outcome reconcile(ObjectKey key, Optional<Draft<S>> draft) {
    Optional<T> stored = world.stored(kind, key, type);
    if (draft.isPresent()
        && stored.isPresent()
        && draft.get().uid().equals(stored.get().getMetadata().getUid())) {
      return status(key, draft.get(), stored.get());
    }
    // Gone or replaced: the next inputs will say so.
    patience.left(key, false);
    return Outcome.DONE;
  }

  private Outcome status(ObjectKey key, Draft<S> draft, T stored) {
    List<Condition> before = stored.getStatus() == null ? null : stored.getStatus().conditions();
    Optional<Duration> left =
        patience.left(key, draft.waits() && Conditions.isTrue(before, ConditionNames.READY));
    if (left.isPresent()) {
      // It is served as it was until the new configuration is there; observedGeneration says so.
      // And as long as nobody knows better, what the leader before has found out is true.
      return new Outcome.Again(left.get());
    }
    List<Condition> now = Conditions.merge(before, draft.conditions(), draft.generation(), clock);
    if (statuses.write(stored, fresh, draft.status().apply(now))) {
      Transition.of(before, now, ConditionNames.READY)
          // The words are servers' and brokers' too, which come and go too often for Events.
          .filter(Transition::turned)
          .map(Announcement::of)
          .ifPresent(a -> events.write(stored, a));
    }
    return Outcome.DONE;
  }
}
