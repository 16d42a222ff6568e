package facteur.mta.queue.egress;

import java.util.LinkedHashSet;
import java.util.Optional;
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

    /** The path that has waited longest, if there is room for one. */
    public Optional<EgressPath> next() {
        return isFull() || waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(waiting.removeFirst());
    }

    public int most() {
        return most;
    }

    /** What its connections have in common, for people. */
    public String name() {
        return name;
    }
}
