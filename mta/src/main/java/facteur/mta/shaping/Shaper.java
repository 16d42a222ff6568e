package facteur.mta.shaping;

import facteur.config.SitePreset;
import facteur.mail.event.ShapingEvent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one egress path may do now, and what it learns. Answers with instants; whoever asks waits.
 *
 * <p>Four things hold a path back, and {@link #hold} names the one that binds: a suspension, the
 * rate of messages, the rate of new connections, the number of connections. A preset is the most
 * that is ever allowed.
 */
public final class Shaper {
    // A slower path than one message a minute tells nothing any more.
    private static final double SLOWEST = 1.0 / 60;
    // The limit is recorded when it has moved by so much, so that a restart begins about there.
    private static final Duration NOTED = Duration.ofMinutes(1);
    private static final Duration LESSON = Duration.ofSeconds(10);
    private static final int SECONDS_OF_AN_HOUR = 3600;
    private static final int MAX_CAUSE = 300;

    private final String source;
    private final String site;
    private final SitePreset preset;
    private final ConnectionLimit limit;
    private final TokenBucket messages;
    private final TokenBucket connections;
    private final Throughput throughput = new Throughput();
    private Instant suspendedUntil = Instant.EPOCH;
    private String suspendedBecause = "";
    private Instant slowedUntil = Instant.EPOCH;
    private String slowedBecause = "";
    private Instant slowedAt = Instant.EPOCH;
    private double pace;
    private int noted;
    private Instant notedAt = Instant.EPOCH;

    public Shaper(String source, String site, SitePreset preset) {
        this.source = source;
        this.site = site;
        this.preset = preset;
        this.limit = new ConnectionLimit(preset.start(), preset.connections());
        this.messages = new TokenBucket(preset.messages());
        this.connections = new TokenBucket(preset.newConnections());
        this.pace = preset.messages().perSecond();
        this.noted = limit.connections();
    }

    /** What holds a path back. */
    public sealed interface Hold {
        /** Nothing does. */
        record Free() implements Hold {}

        record Suspended(Instant until, String cause) implements Hold {}

        /**
         * So many messages a second have just been given.
         *
         * @param cause why it is less than the preset; empty when it is not
         */
        record Paced(Instant until, double perSecond, String cause) implements Hold {}

        /** So many connections were just opened. */
        record Knocking(Instant until) implements Hold {}

        /** As many connections as allowed are open. */
        record Full(int connections) implements Hold {}

        /** When it ends by itself; empty when it does not. */
        default Optional<Instant> ends() {
            return switch (this) {
                case Free _, Full _ -> Optional.empty();
                case Suspended(Instant until, _) -> Optional.of(until);
                case Paced(Instant until, _, _) -> Optional.of(until);
                case Knocking(Instant until) -> Optional.of(until);
            };
        }
    }

    /** What forbids giving a message to an open connection. */
    public Hold hold(Instant now) {
        if (suspendedUntil.isAfter(now)) {
            return new Hold.Suspended(suspendedUntil, suspendedBecause);
        }
        recover(now);
        Instant next = messages.next(now);
        return next.isAfter(now)
                ? new Hold.Paced(next, pace, slowedUntil.isAfter(now) ? slowedBecause : "")
                : new Hold.Free();
    }

    /**
     * What forbids opening one more connection.
     *
     * @param open connections that are open or being opened
     */
    public Hold holdOfConnections(int open, Instant now) {
        if (suspendedUntil.isAfter(now)) {
            return new Hold.Suspended(suspendedUntil, suspendedBecause);
        }
        if (open >= connections()) {
            return new Hold.Full(connections());
        }
        Instant next = connections.next(now);
        return next.isAfter(now) ? new Hold.Knocking(next) : new Hold.Free();
    }

    public void gave(Instant now) {
        messages.take(now);
    }

    public void knocked(Instant now) {
        connections.take(now);
    }

    /** Connections allowed at once. */
    public int connections() {
        return limit.connections();
    }

    public SitePreset preset() {
        return preset;
    }

    public Instant suspendedUntil() {
        return suspendedUntil;
    }

    /** A message was taken. */
    public Optional<ShapingEvent> succeeded(Instant now) {
        throughput.count(now);
        limit.succeeded(now);
        boolean worthNoting = limit.connections() != noted && !now.isBefore(notedAt.plus(NOTED));
        return worthNoting ? Optional.of(note(now)) : Optional.empty();
    }

    /**
     * The site has more connections of us than it likes.
     *
     * @param open those that it has besides the refused one
     */
    public Optional<ShapingEvent> tooMany(int open, Instant now) {
        limit.tooMany(open, now);
        return limit.connections() == noted ? Optional.empty() : Optional.of(note(now));
    }

    /** No connection could be made. */
    public void unreachable() {
        limit.collapsed();
    }

    private ShapingEvent note(Instant now) {
        noted = limit.connections();
        notedAt = now;
        return new ShapingEvent.Limited(source, site, now, noted);
    }

    /**
     * The site gets more messages than it likes: half as many as lately, for a while. Several
     * complaints of one moment are one lesson, and one event.
     */
    public Optional<ShapingEvent> slow(Duration time, String cause, Instant now) {
        slowedUntil = later(slowedUntil, now.plus(time));
        if (now.isBefore(slowedAt.plus(LESSON))) {
            return Optional.empty();
        }
        double lately = Math.min(pace, throughput.perSecond(now));
        pace(Math.max(SLOWEST, lately / 2));
        slowedAt = now;
        slowedBecause = cut(cause);
        int perHour = (int) Math.round(pace * SECONDS_OF_AN_HOUR);
        return Optional.of(
                new ShapingEvent.Slowed(source, site, now, slowedUntil, perHour, slowedBecause));
    }

    private void pace(double perSecond) {
        pace = perSecond;
        messages.pace(perSecond);
    }

    private void recover(Instant now) {
        if (!slowedUntil.isAfter(now) && pace < preset.messages().perSecond()) {
            pace(preset.messages().perSecond());
        }
    }

    /** Nothing more for a while; empty when as much was decided a moment ago. */
    public Optional<ShapingEvent> suspend(Duration time, String cause, Instant now) {
        Instant until = now.plus(time);
        if (until.isBefore(suspendedUntil.plus(LESSON))) {
            return Optional.empty();
        }
        suspendedUntil = until;
        suspendedBecause = cut(cause);
        return Optional.of(
                new ShapingEvent.Suspended(source, site, now, suspendedUntil, suspendedBecause));
    }

    /** Ends suspension and slow-down, as an operator orders; empty when there was none. */
    public Optional<ShapingEvent> release(String who, Instant now) {
        boolean held = suspendedUntil.isAfter(now) || slowedUntil.isAfter(now);
        suspendedUntil = Instant.EPOCH;
        slowedUntil = Instant.EPOCH;
        return held
                ? Optional.of(new ShapingEvent.Suspended(source, site, now, now, "ended by " + who))
                : Optional.empty();
    }

    /** Goes on from what an earlier run recorded of this path. */
    public void learnt(ShapingEvent event) {
        switch (event) {
            case ShapingEvent.Suspended(_, _, _, Instant until, String cause) -> {
                suspendedUntil = later(suspendedUntil, until);
                suspendedBecause = cause;
            }
            case ShapingEvent.Slowed(_, _, _, Instant until, int perHour, String cause) -> {
                slowedUntil = until;
                slowedBecause = cause;
                pace(Math.clamp(perHour / (double) SECONDS_OF_AN_HOUR, SLOWEST, pace));
            }
            case ShapingEvent.Limited(_, _, _, int connections) -> {
                limit.learnt(connections);
                noted = limit.connections();
            }
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static String cut(String text) {
        return text.length() <= MAX_CAUSE ? text : text.substring(0, MAX_CAUSE);
    }
}
