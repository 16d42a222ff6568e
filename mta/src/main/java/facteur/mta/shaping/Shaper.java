package facteur.mta.shaping;

import facteur.config.SitePreset;
import facteur.mail.event.ShapingEvent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one egress path may do now, and what it learns. Answers with instants; the caller waits.
 *
 * <p>Four things hold a path back, and {@link #hold} names the one that binds: a {@link
 * Suspension}, the {@link MessageRate}, the rate of new connections, the {@link ConnectionLimit}. A
 * preset is the most that is ever allowed.
 *
 * <p>A path is slowed by evidence about the path alone. An answer about one recipient, one mailbox
 * or one message, and greylisting, leave it as it is; a refusal that names rate, connections or a
 * block is believed; one that names nothing is believed when it is one of many.
 */
public final class Shaper {
    // The limit is recorded when it has moved for so long, so that a restart begins about there.
    private static final Duration NOTED = Duration.ofMinutes(1);
    // A lowered rate holds over a restart for so long; then it is old.
    private static final Duration REMEMBERED = Duration.ofMinutes(30);
    // Mail that waits for a suspended path meets at least so many probes before it is too old.
    private static final int PROBES_BEFORE_TOO_OLD = 4;
    private static final int SECONDS_OF_AN_HOUR = 3600;
    private static final int MAX_CAUSE = 300;

    private final String source;
    private final String site;
    private final SitePreset preset;
    private final Supplier<Duration> maxAge;
    private final ConnectionLimit limit;
    private final MessageRate rate;
    private final TokenBucket connections;
    private final Suspension suspension = new Suspension();
    private int noted;
    private Instant notedAt = Instant.EPOCH;

    /**
     * @param maxAge how long mail is tried at most: no suspension outlives it
     */
    public Shaper(String source, String site, SitePreset preset, Supplier<Duration> maxAge) {
        this.source = source;
        this.site = site;
        this.preset = preset;
        this.maxAge = maxAge;
        this.limit = new ConnectionLimit(preset.start(), preset.connections());
        this.rate = new MessageRate(preset.messages());
        this.connections = TokenBucket.bursting(preset.newConnections(), preset.connections());
        this.noted = limit.connections();
    }

    /** What holds a path back. */
    public sealed interface Hold {
        /** Nothing does. */
        record Free() implements Hold {}

        /** Nothing is sent; then one message is. */
        record Suspended(Instant until, String cause) implements Hold {}

        /** One message has been sent to see whether the suspension may end. */
        record Probing(String cause) implements Hold {}

        /**
         * So many messages a second have just been given.
         *
         * @param cause why it is less than the preset; empty when it is not
         */
        record Paced(Instant until, double perSecond, String cause) implements Hold {}

        /** So many connections were just opened. */
        record NewConnections(Instant until) implements Hold {}

        /** As many connections as allowed are open. */
        record Full(int connections) implements Hold {}

        /** When it ends by itself; empty when it does not. */
        default Optional<Instant> ends() {
            return switch (this) {
                case Free _, Full _, Probing _ -> Optional.empty();
                case Suspended(Instant until, _) -> Optional.of(until);
                case Paced(Instant until, _, _) -> Optional.of(until);
                case NewConnections(Instant until) -> Optional.of(until);
            };
        }
    }

    /** How a path stands, for metrics. */
    public enum State {
        OPEN,
        SLOWED,
        SUSPENDED,
        PROBING
    }

    /** What forbids giving a message to an open connection. */
    public Hold hold(Instant now) {
        if (suspension.holds(now)) {
            return new Hold.Suspended(suspension.until(), suspension.cause());
        }
        if (suspension.isProbing()) {
            return new Hold.Probing(suspension.cause());
        }
        Instant next = rate.next(now);
        return next.isAfter(now)
                ? new Hold.Paced(next, rate.perSecond(), rate.cause())
                : new Hold.Free();
    }

    /**
     * What forbids opening one more connection.
     *
     * @param open connections that are open or being opened
     */
    public Hold holdOfConnections(int open, Instant now) {
        int most = suspension.isActive() ? 1 : connections();
        if (open >= most) {
            return new Hold.Full(most);
        }
        Instant next = connections.next(now);
        return next.isAfter(now) ? new Hold.NewConnections(next) : new Hold.Free();
    }

    /** A message was given to a session. */
    public void gave(Instant now) {
        rate.gave(now);
        suspension.gave(now);
    }

    /** A connection is being opened. */
    public void opening(Instant now) {
        connections.take(now);
    }

    /** Connections allowed at once. */
    public int connections() {
        return limit.connections();
    }

    public SitePreset preset() {
        return preset;
    }

    /** Messages a second allowed now. */
    public double perSecond() {
        return rate.perSecond();
    }

    public boolean isSuspended() {
        return suspension.isActive();
    }

    /** When the next probe is given; in the past when there is none to wait for. */
    public Instant suspendedUntil() {
        return suspension.isActive() ? suspension.until() : Instant.EPOCH;
    }

    public State state() {
        if (suspension.isProbing()) {
            return State.PROBING;
        }
        if (suspension.isActive()) {
            return State.SUSPENDED;
        }
        return rate.isLowered() ? State.SLOWED : State.OPEN;
    }

    /**
     * Learns from an answer.
     *
     * @param given when the message that was answered was given to its session
     * @param backlog whether more mail waits for the path
     * @param open connections that the site has of us besides the one that it refused, if it did
     * @return what is to be recorded
     */
    public Optional<ShapingEvent> learn(
            PathSignal signal, Instant given, boolean backlog, int open, Instant now) {
        return switch (signal) {
            case PathSignal.Taken _ -> {
                rate.taken(given, backlog, now);
                limit.succeeded(now);
                Optional<ShapingEvent> ended = worked(given, now);
                yield ended.isPresent() ? ended : noteLater(now);
            }
            case PathSignal.Unrelated _ -> worked(given, now);
            case PathSignal.Unclear(String cause) ->
                    suspension.isProbing()
                            ? blocked(given, Suspension.UNPUBLISHED, cause, now)
                            : changed(rate.unclear(given, cause, now), given, cause, now);
            case PathSignal.TooFast(String cause) ->
                    suspension.isProbing()
                            ? blocked(given, Suspension.UNPUBLISHED, cause, now)
                            : changed(rate.tooFast(given, cause, now), given, cause, now);
            case PathSignal.TooManyConnections _ -> tooManyConnections(open, now);
            case PathSignal.Blocked(Duration atMost, String cause) ->
                    blocked(given, atMost, cause, now);
        };
    }

    private Optional<ShapingEvent> worked(Instant given, Instant now) {
        return suspension.worked(given)
                ? Optional.of(
                        new ShapingEvent.Suspended(source, site, now, now, "a probe was answered"))
                : Optional.empty();
    }

    private Optional<ShapingEvent> changed(
            MessageRate.Change change, Instant given, String cause, Instant now) {
        return switch (change) {
            case NONE -> Optional.empty();
            case LOWERED ->
                    Optional.of(
                            new ShapingEvent.Slowed(
                                    source,
                                    site,
                                    now,
                                    now.plus(REMEMBERED),
                                    (int) Math.ceil(rate.perSecond() * SECONDS_OF_AN_HOUR),
                                    cut(cause)));
            case CLOSED -> blocked(given, Suspension.UNPUBLISHED, cause, now);
        };
    }

    private Optional<ShapingEvent> blocked(
            Instant given, Duration atMost, String cause, Instant now) {
        Duration patience = maxAge.get().dividedBy(PROBES_BEFORE_TOO_OLD);
        return suspension.blocked(given, atMost, cut(cause), patience, now)
                ? Optional.of(
                        new ShapingEvent.Suspended(
                                source, site, now, suspension.until(), suspension.cause()))
                : Optional.empty();
    }

    private Optional<ShapingEvent> noteLater(Instant now) {
        boolean worthNoting = limit.connections() != noted && !now.isBefore(notedAt.plus(NOTED));
        return worthNoting ? Optional.of(note(now)) : Optional.empty();
    }

    /**
     * The site has more connections of us than it likes.
     *
     * @param open those that it has besides the refused one
     */
    public Optional<ShapingEvent> tooManyConnections(int open, Instant now) {
        limit.tooMany(open, now);
        return limit.connections() == noted ? Optional.empty() : Optional.of(note(now));
    }

    /** No connection could be made. */
    public void unreachable() {
        limit.collapsed();
    }

    /** The session that carried a message ended without an answer to it. */
    public void unanswered(Instant now) {
        suspension.unanswered(now);
    }

    private ShapingEvent note(Instant now) {
        noted = limit.connections();
        notedAt = now;
        return new ShapingEvent.Limited(source, site, now, noted);
    }

    /** Ends suspension and lowered rate, as an operator orders; empty when there was neither. */
    public Optional<ShapingEvent> release(String who, Instant now) {
        boolean slowed = rate.isLowered();
        rate.release(now);
        boolean held = suspension.release(now);
        return held || slowed
                ? Optional.of(new ShapingEvent.Suspended(source, site, now, now, "ended by " + who))
                : Optional.empty();
    }

    /** Goes on from what an earlier run recorded of this path. */
    public void restore(ShapingEvent event, Instant now) {
        switch (event) {
            case ShapingEvent.Suspended(_, _, Instant at, Instant until, String cause) ->
                    suspension.restore(at, until, cause);
            case ShapingEvent.Slowed(_, _, _, Instant until, int perHour, String cause) -> {
                if (until.isAfter(now)) {
                    rate.restore(perHour / (double) SECONDS_OF_AN_HOUR, cause, now);
                }
            }
            case ShapingEvent.Limited(_, _, _, int most) -> {
                limit.restore(most);
                noted = limit.connections();
            }
        }
    }

    private static String cut(String text) {
        return text.length() <= MAX_CAUSE ? text : text.substring(0, MAX_CAUSE);
    }
}
