package facteur.mta.disposition;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices when a site that used to take our mail begins to refuse nearly all recipients in the same
 * words: a block listing in the words of a missing mailbox, a directory that is down. Such bounces
 * prove nothing about addresses.
 *
 * <p>It counts answers, not time: the latest {@value #RECENT} of a site against all before them.
 * {@link #isJump} decides. A list of dead addresses is no jump where the site never took anything,
 * and where it did, {@value #RECENT} in a row are rare enough to look twice. No clock, no chance:
 * the same answers, the same result. Owned by one thread.
 *
 * @param <R> what answers are remembered by, so that those of a jump can be named afterwards
 */
public final class BounceSpikeDetector<R> {
    /** Answers that are "now". */
    static final int RECENT = 50;

    /** Answers before, without which there is nothing to compare with. */
    static final int HISTORY = 100;

    // Wordings of one site that are counted one by one.
    private static final int MOST_TEXTS = 200;
    private static final int MOST_SITES = 5_000;
    private static final String OTHER = "";

    private final Map<String, Site<R>> sites =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Site<R>> eldest) {
                    return size() > MOST_SITES;
                }
            };

    private record SiteAnswer<R>(String text, R of) {}

    private static final class Site<R> {
        final Deque<SiteAnswer<R>> recent = new ArrayDeque<>();
        final Map<String, Integer> now = new HashMap<>();
        final Map<String, Long> before = new HashMap<>();
        final Set<String> jumping = new HashSet<>();
        long total;
    }

    /**
     * What an answer showed.
     *
     * @param began whether the jump began with it
     * @param doubted hard bounces that are not to be believed: those before it when it began
     */
    public record Spike<R>(boolean began, List<R> doubted) {
        public Spike {
            doubted = List.copyOf(doubted);
        }
    }

    /**
     * Whether one wording has jumped.
     *
     * @param now of the last {@value #RECENT} answers, those in these words
     * @param before of all answers before them, those in these words
     */
    static boolean isJump(int now, long before, long allBefore) {
        return now >= RECENT * 6 / 10 && allBefore >= HISTORY && before * 10 < allBefore;
    }

    /** A jump is over when the words have become rare again. */
    static boolean isOver(int now) {
        return now < RECENT / 5;
    }

    /** A recipient was taken, or refused for what says nothing of the address. */
    public void other(String site, R of) {
        seen(site, OTHER, of);
    }

    /**
     * A recipient bounced hard.
     *
     * @param text the refusal, masked
     */
    public Spike<R> hard(String site, String text, R of) {
        return seen(site, text, of);
    }

    /** A wording at a site. */
    public record Wording(String site, String text) {}

    /** Wordings that are not believed now. */
    public Set<Wording> jumping() {
        Set<Wording> jumping = new HashSet<>();
        sites.forEach((name, site) -> site.jumping.forEach(t -> jumping.add(new Wording(name, t))));
        return jumping;
    }

    private Spike<R> seen(String name, String text, R of) {
        Site<R> site = sites.computeIfAbsent(name, _ -> new Site<>());
        site.recent.addLast(new SiteAnswer<>(text, of));
        int now = site.now.merge(text, 1, Integer::sum);
        if (site.recent.size() > RECENT) {
            forget(site, site.recent.removeFirst());
        }
        site.jumping.removeIf(jumped -> isOver(site.now.getOrDefault(jumped, 0)));
        if (text.equals(OTHER)) {
            return new Spike<>(false, List.of());
        }
        if (site.jumping.contains(text)) {
            return new Spike<>(false, List.of(of));
        }
        if (!isJump(now, site.before.getOrDefault(text, 0L), site.total)) {
            return new Spike<>(false, List.of());
        }
        site.jumping.add(text);
        List<R> doubted = new ArrayList<>();
        site.recent.stream().filter(a -> a.text().equals(text)).forEach(a -> doubted.add(a.of()));
        return new Spike<>(true, doubted);
    }

    private static <R> void forget(Site<R> site, SiteAnswer<R> oldest) {
        site.total++;
        site.now.computeIfPresent(oldest.text(), (_, count) -> count == 1 ? null : count - 1);
        if (site.before.size() < MOST_TEXTS || site.before.containsKey(oldest.text())) {
            site.before.merge(oldest.text(), 1L, Long::sum);
        }
    }
}
