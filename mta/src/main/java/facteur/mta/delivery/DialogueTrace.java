package facteur.mta.delivery;

import facteur.mta.prepare.Copy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The live talk with hosts that somebody looks at. Lines are kept only while they are asked for,
 * and only the latest ones. Message content is never among them, and the token of a signed
 * return-path is masked: with it, bounces could be forged.
 *
 * <p>Any thread.
 */
public final class DialogueTrace {
    static final int LINES = 5_000;
    static final int MAX_LINE = 500;
    private static final String RETURN_PATH = "MAIL FROM:<" + Copy.RETURN_PATH_PREFIX;
    private static final Duration WATCH = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private volatile Set<String> hosts = Set.of();
    private volatile Instant until = Instant.EPOCH;
    private long last;

    /**
     * One line.
     *
     * @param number grows by one
     * @param session tells apart the sessions with one host
     * @param from {@code C} what we said, {@code S} what the host said, {@code *} what happened
     */
    public record Line(
            long number, Instant at, String host, int session, String from, String text) {}

    public DialogueTrace(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Lines of some hosts behind {@code after}, and a promise that theirs are kept for the next
     * half minute.
     */
    public synchronized List<Line> watch(Collection<String> watched, long after) {
        hosts = Set.copyOf(watched);
        until = clock.instant().plus(WATCH);
        return lines.stream()
                .filter(line -> line.number() > after && hosts.contains(line.host()))
                .toList();
    }

    /** Whether a host's lines are wanted: asked before one is made. */
    public boolean isWatched(String host) {
        return !hosts.isEmpty() && hosts.contains(host) && clock.instant().isBefore(until);
    }

    public synchronized void said(String host, int session, String from, String text) {
        for (String line : text.lines().toList()) {
            if (lines.size() == LINES) {
                lines.removeFirst();
            }
            last++;
            lines.add(new Line(last, clock.instant(), host, session, from, masked(line)));
        }
    }

    static String masked(String line) {
        String cut = line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE) + "...";
        int at = cut.indexOf('@');
        return cut.startsWith(RETURN_PATH) && at > 0
                ? RETURN_PATH + "****" + cut.substring(at)
                : cut;
    }
}
