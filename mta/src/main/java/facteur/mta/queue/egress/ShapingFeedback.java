package facteur.mta.queue.egress;

import facteur.mail.event.ShapingEvent;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.record.OutcomeRecorder;
import facteur.mta.shaping.PathSignal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings what answers say about paths to their shapers; what these learn is remembered and
 * recorded.
 */
public final class ShapingFeedback {
    private final Owner owner;
    private final Sites sites;
    private final PathMemory memory;
    private final OutcomeRecorder recorder;
    private final Consumer<EgressPath> suspended;

    /**
     * @param suspended is told of a path that has just been suspended
     */
    public ShapingFeedback(
            Owner owner,
            Sites sites,
            PathMemory memory,
            OutcomeRecorder recorder,
            Consumer<EgressPath> suspended) {
        this.owner = owner;
        this.sites = sites;
        this.memory = memory;
        this.recorder = recorder;
        this.suspended = suspended;
    }

    /**
     * What an answer says about the path that it came over, and about others.
     *
     * @param everySource whether it concerns the paths of all sources towards the site
     * @param given when the message that was answered was given to its session
     */
    public void learn(EgressPath path, PathSignal signal, boolean everySource, Instant given) {
        List<EgressPath> concerned =
                everySource ? sites.everyPath(path.site(), owner.now()) : List.of(path);
        for (EgressPath each : concerned) {
            learn(each, signal, given);
        }
    }

    private void learn(EgressPath path, PathSignal signal, Instant given) {
        Instant now = owner.now();
        boolean wasSuspended = path.isSuspended(now);
        path.shaper()
                .learn(signal, given, path.waiting() > 0, Math.max(1, path.open() - 1), now)
                .ifPresent(this::learnt);
        if (!wasSuspended && path.isSuspended(now)) {
            suspended.accept(path);
        }
    }

    /** The site accepts no more connections than it has. */
    public void tooManyConnections(EgressPath path) {
        path.shaper().tooManyConnections(path.open(), owner.now()).ifPresent(this::learnt);
    }

    /** Ends suspension and lowered rate of a path, as an operator orders. */
    public void release(EgressPath path, String who) {
        path.reconnects();
        path.shaper().release(who, owner.now()).ifPresent(this::learnt);
    }

    private void learnt(ShapingEvent event) {
        memory.learn(event);
        recorder.note(moved(event, owner.wallAhead()));
    }

    /** Takes up what an earlier run recorded. */
    public void recall(List<ShapingEvent> recorded) {
        Duration ahead = owner.wallAhead();
        recorded.forEach(event -> memory.learn(moved(event, ahead.negated())));
    }

    /** The same with other times: events are recorded with those of the wall clock. */
    private static ShapingEvent moved(ShapingEvent event, Duration by) {
        return switch (event) {
            case ShapingEvent.Suspended e ->
                    new ShapingEvent.Suspended(
                            e.source(), e.site(), e.at().plus(by), e.until().plus(by), e.cause());
            case ShapingEvent.Slowed e ->
                    new ShapingEvent.Slowed(
                            e.source(),
                            e.site(),
                            e.at().plus(by),
                            e.until().plus(by),
                            e.perHour(),
                            e.cause());
            case ShapingEvent.Limited e ->
                    new ShapingEvent.Limited(
                            e.source(), e.site(), e.at().plus(by), e.connections());
        };
    }
}
