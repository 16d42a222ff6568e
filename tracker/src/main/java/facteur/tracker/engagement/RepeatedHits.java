package facteur.tracker.engagement;

import facteur.mail.event.Event;
import facteur.mail.token.Token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Folds equal hits (same token, source and agent) that come within a minute of the first. The first
 * is recorded at once; what it was followed by is told when the minute is over, in one event with a
 * count. That event has the time of the first, so that whatever revises the one revises the other.
 * Sources are kept in memory for that minute, as a fingerprint, and never written.
 */
final class RepeatedHits {
    static final Duration WITHIN = Duration.ofSeconds(60);

    /** The reason that tells such an event from the first. */
    static final String REASON = "repeat";

    /** That a hit repeats another. */
    static final int REPEATED = -1;

    private static final char NOT_RECORDED = 0;

    private final Fingerprints fingerprints;
    private final RecentFingerprints recentFingerprints =
            new RecentFingerprints(1 << 17); // the hits of a minute at 2 000 a second
    // By place: as what the first was recorded (its number), and how many followed it.
    private final char[] recorded = new char[recentFingerprints.most()];
    private final int[] followers = new int[recentFingerprints.most()];
    private final Map<Integer, Token> followed = new HashMap<>();
    // Few: one for each combination of rules that spoke, and family of agents.
    private final List<JudgedHit> judged = new ArrayList<>();
    private final Map<JudgedHit, Character> numbers = new HashMap<>();

    RepeatedHits(Fingerprints fingerprints) {
        this.fingerprints = fingerprints;
    }

    /**
     * The place of a first hit; {@link #REPEATED} when it is counted with an earlier one.
     *
     * @param events where to tell what has to be forgotten for it
     */
    int first(Hit hit, List<Event> events) {
        long print = fingerprints.of(hit);
        int known = recentFingerprints.find(print);
        if (known != RecentFingerprints.ABSENT) {
            if (followers[known]++ == 0) {
                followed.put(known, hit.token());
            }
            return REPEATED;
        }
        if (recentFingerprints.isFull()) {
            forgetOldest(events);
        }
        return recentFingerprints.add(print, hit.at().toEpochMilli());
    }

    /**
     * Forgets a first hit that is not recorded: the next one like it is a first one again. Answers
     * how many followed it.
     */
    int release(int place) {
        int repeats = followers[place];
        followers[place] = 0;
        followed.remove(place);
        recentFingerprints.forget(place);
        return repeats;
    }

    /** Remembers as what the first hit at a place was recorded. */
    void recorded(int place, JudgedHit as) {
        recorded[place] = numbers.computeIfAbsent(as, this::numbered);
    }

    /** Once there are more than fit, repeats of the rest are not told. */
    private char numbered(JudgedHit as) {
        if (judged.size() == Character.MAX_VALUE) {
            return NOT_RECORDED;
        }
        judged.add(as);
        return (char) judged.size();
    }

    /** Adds what followed the hits whose minute is over. */
    void over(Instant now, List<Event> events) {
        long since = now.minus(WITHIN).toEpochMilli();
        while (recentFingerprints.oldest() != RecentFingerprints.ABSENT
                && recentFingerprints.at(recentFingerprints.oldest()) <= since) {
            forgetOldest(events);
        }
    }

    private void forgetOldest(List<Event> events) {
        int place = recentFingerprints.oldest();
        Token token = followers[place] > 0 ? followed.remove(place) : null;
        if (token != null && recorded[place] != NOT_RECORDED) {
            JudgedHit first = judged.get(recorded[place] - 1);
            new JudgedHit(first.verdict().because(REASON), first.family())
                    .event(
                            token,
                            Instant.ofEpochMilli(recentFingerprints.at(place)),
                            followers[place] - 1)
                    .ifPresent(events::add);
        }
        recorded[place] = NOT_RECORDED;
        followers[place] = 0;
        recentFingerprints.forgetOldest();
    }
}
