package facteur.message.html;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The different URLs a message leads to, numbered as they are met, and those which its own header
 * names for unsubscribing.
 */
public final class LinkTargets {
    /** More are no mail for people. */
    static final int MAX = 1000;

    static final int MAX_MARKS = 2 * MAX;

    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Set<String> unsubscribe;
    private int links;
    private int marks;

    public LinkTargets(Set<String> unsubscribe) {
        this.unsubscribe = Set.copyOf(unsubscribe);
    }

    /** Whether the message's own header names the URL for unsubscribing. */
    boolean isUnsubscribe(String url) {
        return unsubscribe.contains(url);
    }

    /** The number of the URL, a new one when it is new; -1 when there are too many links. */
    int number(String url) {
        if (++links > MAX) {
            return -1;
        }
        return numbers.computeIfAbsent(url, _ -> numbers.size());
    }

    /** Whether one more mark or placeholder may be kept. */
    boolean countMark() {
        return ++marks <= MAX_MARKS;
    }

    /** Places count, not only different URLs. */
    public boolean isTooMany() {
        return links > MAX || marks > MAX_MARKS;
    }

    public List<String> urls() {
        return List.copyOf(numbers.keySet());
    }
}
