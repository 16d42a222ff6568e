package facteur.mta.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;

import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.dialogue.Habits;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.SendMode;

import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which send modes each host supports in practice. Any thread.
 *
 * <p>An envelope in one piece, and with its content, is sent to hosts that announce it, since what
 * goes wrong costs one round. What leaves behind a final dot may take the message before it along:
 * that is tried by one session at a time, and only where an envelope in one piece has worked.
 *
 * <p>A refusal in words is believed for days; silence or a lost connection for one day, as it may
 * have been chance. A host that ends connections after the same number of messages twice in a row
 * is given no more than that.
 */
final class HabitMemory {
    static final Duration REFUSED = Duration.ofDays(3);
    static final Duration LOST = Duration.ofDays(1);
    // A refusal of a further MAIL may be about that message after all: it is soon tried again.
    static final Duration ENOUGH = Duration.ofHours(1);
    // A session that tries something out and never ends holds no other session back for longer.
    static final Duration TRIAL = Duration.ofMinutes(10);
    private static final Duration FORGOTTEN = Duration.ofDays(3);
    private static final int REMEMBERED = 65_536;

    private final Ticker ticker;
    private final Cache<InetAddress, Known> hosts;

    /** By the ticker. */
    private record Trial(Object session, long since) {}

    /** Messages to be given on one connection, and for how long that holds. */
    private record Limit(int messages, long until) {}

    /**
     * @param refused by manner: until when
     * @param depth messages that were taken up on one connection
     * @param endedAt after how many messages a connection was last ended without a word; 0 never
     */
    private record Known(
            Set<SendMode> shown,
            Map<SendMode, Long> refused,
            Optional<Trial> trial,
            int depth,
            Optional<Limit> limit,
            int endedAt) {
        static final Known NOTHING =
                new Known(Set.of(), Map.of(), Optional.empty(), 1, Optional.empty(), 0);

        Known {
            shown = Set.copyOf(shown);
            refused = Map.copyOf(refused);
        }

        boolean bearsPipelining() {
            return shown.contains(SendMode.PIPELINED) || shown.contains(SendMode.CHUNKED);
        }

        /** Whether it is to be tried out what this host does with commands behind a dot. */
        boolean mayTry(long now) {
            return !shown.contains(SendMode.BEHIND_THE_DOT)
                    && bearsPipelining()
                    && refused.getOrDefault(SendMode.BEHIND_THE_DOT, now) <= now
                    && trial.filter(of -> now - of.since() < TRIAL.toNanos()).isEmpty();
        }

        Known tried(Optional<Trial> by) {
            return new Known(shown, refused, by, depth, limit, endedAt);
        }

        Known bears(SendMode sendMode) {
            EnumSet<SendMode> more = EnumSet.of(sendMode, shown.toArray(SendMode[]::new));
            return new Known(more, refused, trial(sendMode), depth, limit, endedAt);
        }

        Known refuses(SendMode sendMode, long until) {
            EnumMap<SendMode, Long> more = new EnumMap<>(SendMode.class);
            more.putAll(refused);
            more.put(sendMode, until);
            EnumSet<SendMode> less = EnumSet.noneOf(SendMode.class);
            less.addAll(shown);
            less.remove(sendMode);
            return new Known(less, more, trial(sendMode), depth, limit, endedAt);
        }

        /** The trial is over when its outcome has come. */
        private Optional<Trial> trial(SendMode sendMode) {
            return sendMode == SendMode.BEHIND_THE_DOT ? Optional.empty() : trial;
        }

        Known took(int messages) {
            int end = endedAt >= messages ? endedAt : 0;
            Optional<Limit> still = limit.filter(known -> known.messages() >= messages);
            return depth >= messages && end == endedAt && still.equals(limit)
                    ? this
                    : new Known(shown, refused, trial, Math.max(depth, messages), still, end);
        }

        Known ended(int messages, Optional<Limit> known) {
            return new Known(shown, refused, trial, depth, known, messages);
        }
    }

    /**
     * @param ticker nanoseconds
     */
    HabitMemory(Ticker ticker) {
        this.ticker = ticker;
        this.hosts =
                Caffeine.newBuilder()
                        .maximumSize(REMEMBERED)
                        .expireAfterAccess(FORGOTTEN)
                        .ticker(ticker)
                        .build();
    }

    /**
     * What a session may do now.
     *
     * @param behind whether it could send behind a dot; if that is still to be tried out, this
     *     session does, and no other until {@link #learnt} or {@link #ended}
     */
    Habits of(InetAddress host, Object session, boolean behind) {
        long now = ticker.read();
        Known known = hosts.getIfPresent(host);
        if (behind && known != null && known.mayTry(now)) {
            known = hosts.asMap().computeIfPresent(host, (_, k) -> trial(k, session, now));
        }
        Known state = known == null ? Known.NOTHING : known;
        EnumSet<SendMode> allowed = EnumSet.allOf(SendMode.class);
        if (!state.refused().isEmpty()) {
            allowed.removeIf(sendMode -> now < state.refused().getOrDefault(sendMode, now));
        }
        boolean tries = state.trial().filter(trial -> trial.session().equals(session)).isPresent();
        if (!tries && !state.shown().contains(SendMode.BEHIND_THE_DOT)) {
            allowed.remove(SendMode.BEHIND_THE_DOT);
        }
        int most =
                state.limit()
                        .filter(limit -> now < limit.until())
                        .map(Limit::messages)
                        .orElse(Integer.MAX_VALUE);
        return new Habits(allowed, state.shown(), state.depth(), most);
    }

    private static Known trial(Known known, Object session, long now) {
        return known.mayTry(now) ? known.tried(Optional.of(new Trial(session, now))) : known;
    }

    void learnt(InetAddress host, HostObservation hostObservation) {
        Known before = hosts.getIfPresent(host);
        // Most lessons are known: nothing is written for each message.
        if (before == null || !learnt(before, hostObservation).equals(before)) {
            hosts.asMap()
                    .compute(
                            host,
                            (_, known) ->
                                    learnt(known == null ? Known.NOTHING : known, hostObservation));
        }
    }

    private Known learnt(Known known, HostObservation hostObservation) {
        long now = ticker.read();
        return switch (hostObservation) {
            case HostObservation.Bears(SendMode sendMode) -> known.bears(sendMode);
            case HostObservation.Refuses(SendMode sendMode, Evidence why) ->
                    known.refuses(
                            sendMode,
                            now + (why instanceof Evidence.Answered ? REFUSED : LOST).toNanos());
            case HostObservation.TookUp(int messages) -> known.took(messages);
            case HostObservation.HadEnough(int messages, Evidence.Answered _) ->
                    known.ended(messages, Optional.of(new Limit(messages, now + ENOUGH.toNanos())));
            case HostObservation.HadEnough(int messages, Evidence.Failed _) ->
                    known.ended(
                            messages,
                            known.endedAt() == messages
                                    ? Optional.of(new Limit(messages, now + LOST.toNanos()))
                                    : known.limit());
            case HostObservation.KnowsOnlyHelo _ -> known;
        };
    }

    /** A session is over, with or without what it was to try out. */
    void ended(InetAddress host, Object session) {
        hosts.asMap()
                .computeIfPresent(
                        host,
                        (_, known) ->
                                known.tried(
                                        known.trial().filter(t -> !t.session().equals(session))));
    }
}
