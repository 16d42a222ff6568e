package facteur.mta.queue.egress;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Connections that are counted together, and the paths that wait until there are fewer of them. */
public final class ConnectionBudget {
    private final String name;
    private final int most;
    private final SequencedSet<EgressPath> waiting = new LinkedHashSet<>();
    private int open;

    /**
     * @param name what they have in common, for people
     */
    public ConnectionBudget(String name, int most) {
        this.name = name;
        this.most = most;
    }

    public boolean isFull() {
        return open >= most;
    }

    public void opened() {
        open++;
    }

    public void ended() {
        open--;
    }

    /** Lets a path wait until there is room. */
    public void await(EgressPath path) {
        waiting.add(path);
    }

    /** Those that have waited longest, as many as there is room for. */
    public List<EgressPath> takeWaiting() {
        List<EgressPath> next = new ArrayList<>();
        while (!waiting.isEmpty() && next.size() < most - open) {
            next.add(waiting.removeFirst());
        }
        return next;
    }

    public int most() {
        return most;
    }

    /** What its connections have in common, for people. */
    public String name() {
        return name;
    }
}
