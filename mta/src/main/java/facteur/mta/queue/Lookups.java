package facteur.mta.queue;

import facteur.mta.routing.Route;
import facteur.mta.routing.Router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Asks where mail goes: one question for each domain, however many wait for the answer, and a bound
 * for the questions under way. On the owner's thread.
 */
final class Lookups {
    /** Questions under way at once; the others wait their turn. */
    static final int AT_ONCE = 500;

    private final Router router;
    private final Owner owner;
    private final BiConsumer<List<Pending>, Route> answered;
    // By domain: those who wait for the answer.
    private final Map<String, List<Pending>> waiting = new HashMap<>();
    private final Deque<String> unasked = new ArrayDeque<>();
    private int underWay;
    private int recipients;

    /**
     * @param answered is told the route of those who asked for it
     */
    Lookups(Router router, Owner owner, BiConsumer<List<Pending>, Route> answered) {
        this.router = router;
        this.owner = owner;
        this.answered = answered;
    }

    /** Recipients who wait for an answer. */
    int recipients() {
        return recipients;
    }

    void ask(Pending pending) {
        List<Pending> others = waiting.get(pending.lane().domain());
        if (others != null) {
            others.add(pending);
            recipients++;
        } else if (underWay < AT_ONCE) {
            look(pending.lane().domain(), new ArrayList<>(List.of(pending)));
        } else {
            unasked.add(pending.lane().domain());
            await(pending.lane().domain(), new ArrayList<>(List.of(pending)));
        }
    }

    private void await(String domain, List<Pending> recipientsOfIt) {
        waiting.put(domain, recipientsOfIt);
        recipients += recipientsOfIt.size();
    }

    private List<Pending> take(String domain) {
        List<Pending> all = waiting.remove(domain);
        if (all == null) {
            throw new IllegalStateException("nobody waits for the route of " + domain);
        }
        recipients -= all.size();
        return all;
    }

    private void look(String domain, List<Pending> askers) {
        CompletableFuture<Route> asked = router.route(askers.getFirst().domain());
        if (asked.isDone()) {
            answered.accept(askers, asked.join());
            return;
        }
        await(domain, askers);
        underWay++;
        CompletableFuture<Void> _ =
                asked.thenAccept(
                        route ->
                                owner.post(
                                        () -> {
                                            underWay--;
                                            answered.accept(take(domain), route);
                                            next();
                                        }));
    }

    private void next() {
        while (underWay < AT_ONCE && !unasked.isEmpty()) {
            String domain = unasked.remove();
            look(domain, take(domain));
        }
    }
}
