package facteur.mta.trace;

import facteur.mail.text.Escaped;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** What one watcher has not fetched yet: the latest lines, and how many were too many. */
public final class Watch {
    /** Lines kept for a watcher who is slow; older ones are lost, and counted. */
    public static final int KEPT = 2_000;

    private static final int LONGEST = 1_000;

    private final Predicate<String> subjects;
    private final Deque<TraceLine> lines = new ArrayDeque<>();
    private long said;
    private Instant lastAsked;

    /**
     * @param next to be asked for next
     * @param lost how many lines between the one asked after and the first of these are gone
     */
    public record Lines(List<TraceLine> lines, long next, long lost) {
        public Lines {
            lines = List.copyOf(lines);
        }
    }

    Watch(Predicate<String> subjects, Instant now) {
        this.subjects = subjects;
        this.lastAsked = now;
    }

    boolean isFor(String subject) {
        return subjects.test(subject);
    }

    synchronized Instant lastAsked() {
        return lastAsked;
    }

    synchronized void keep(Instant at, String dialogue, TraceLine.Who who, String text) {
        if (lines.size() == KEPT) {
            lines.removeFirst();
        }
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        String fit = Escaped.line(cut);
        lines.addLast(new TraceLine(++said, at, dialogue, who, fit));
        notifyAll();
    }

    synchronized Lines next(long after, Instant now, Duration atMost) throws InterruptedException {
        lastAsked = now;
        long deadline = System.nanoTime() + atMost.toNanos();
        long left = atMost.toMillis();
        while (said <= after && left > 0) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        List<TraceLine> fresh = lines.stream().filter(line -> line.number() > after).toList();
        long lost = fresh.isEmpty() ? 0 : fresh.getFirst().number() - after - 1;
        return new Lines(fresh, Math.max(said, after), lost);
    }
}
