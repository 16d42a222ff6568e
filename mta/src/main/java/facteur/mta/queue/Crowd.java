package facteur.mta.queue;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;

/** Connections that are counted together, and the paths that wait until there are fewer of them. */
final class Crowd {
    private final String name;
    private final int most;
    private final SequencedSet<Path> waiting = new LinkedHashSet<>();
    private int open;

    /**
     * @param name what they have in common, for people
     */
    Crowd(String name, int most) {
        this.name = name;
        this.most = most;
    }

    boolean isFull() {
        return open >= most;
    }

    void opened() {
        open++;
    }

    void ended() {
        open--;
    }

    /** Lets a path wait until there is room. */
    void await(Path path) {
        waiting.add(path);
    }

    /** The path that has waited longest, if there is room for one. */
    Optional<Path> next() {
        return isFull() || waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(waiting.removeFirst());
    }

    @Override
    public String toString() {
        return "the limit of " + most + " connections to " + name;
    }
}
