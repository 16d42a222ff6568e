package facteur.mta.queue;

import facteur.mail.address.Domain;
import facteur.mta.queue.owner.Owner;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.schedule.Whereabouts;
import facteur.mta.routing.Route;
import facteur.mta.routing.Router;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;

/**
 * Asks where mail goes: one question for each domain, however many wait for the answer, and a bound
 * for the questions under way. On the owner's thread.
 *
 * <p>While our resolver answers nothing, that is one outage and no attempt of anybody's: one domain
 * is asked for after each pause, all others wait, and go on at once when there is an answer.
 */
final class Lookups {
    private static final Logger log = LoggerFactory.getLogger(Lookups.class);

    /** Questions under way at once; the others wait their turn. */
    static final int AT_ONCE = 500;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Router router;
    private final Owner owner;
    private final Listener listener;
    private final Whereabouts whereabouts;
    // By domain: those who wait for the answer.
    private final Map<String, List<QueuedRecipient>> waiting = new HashMap<>();
    private final SequencedSet<String> unasked = new LinkedHashSet<>();
    private int underWay;
    private int recipients;
    private Optional<Outage> outage = Optional.empty();

    /**
     * Our resolver does not answer.
     *
     * @param since when that was first seen
     * @param pause before it is asked again
     */
    record Outage(Instant since, String detail, Duration pause, Instant asksAgainAt) {}

    /** Is told what came of questions. */
    interface Listener {
        void routed(List<QueuedRecipient> askers, Route route);

        /** The question could not be asked: a bug of ours. */
        void failed(List<QueuedRecipient> askers, Throwable bug);
    }

    Lookups(Router router, Owner owner, Listener listener, Whereabouts whereabouts) {
        this.router = router;
        this.owner = owner;
        this.listener = listener;
        this.whereabouts = whereabouts;
    }

    /** Recipients that wait for an answer. */
    int recipients() {
        return recipients;
    }

    Optional<Outage> outage() {
        return outage;
    }

    void ask(QueuedRecipient recipient) {
        whereabouts.put(recipient, Whereabouts.Waits.ROUTING);
        String domain = recipient.key().domain();
        List<QueuedRecipient> others = waiting.get(domain);
        if (others != null) {
            others.add(recipient);
            recipients++;
            return;
        }
        waiting.put(domain, new ArrayList<>(List.of(recipient)));
        recipients++;
        if (underWay < AT_ONCE && outage.isEmpty()) {
            look(domain);
        } else {
            unasked.add(domain);
        }
    }

    private List<QueuedRecipient> take(String domain) {
        List<QueuedRecipient> all = waiting.remove(domain);
        if (all == null) {
            throw new IllegalStateException("nobody waits for the route of " + domain);
        }
        recipients -= all.size();
        all.forEach(each -> whereabouts.remove(each, Whereabouts.Waits.ROUTING));
        return all;
    }

    private void look(String domain) {
        CompletableFuture<Route> asked;
        try {
            asked = router.route(new Domain(domain));
        } catch (RuntimeException e) {
            failed(domain, e);
            return;
        }
        underWay++;
        if (asked.isDone() && !asked.isCompletedExceptionally()) {
            answered(domain, asked.join());
            return;
        }
        CompletableFuture<Route> _ =
                asked.whenComplete(
                        (route, failure) ->
                                owner.post(
                                        () -> {
                                            if (failure == null) {
                                                answered(domain, route);
                                            } else {
                                                underWay--;
                                                failed(domain, failure);
                                            }
                                            next();
                                        }));
    }

    private void failed(String domain, Throwable bug) {
        listener.failed(take(domain), bug);
        // It says nothing of the resolver: another domain is asked for, to see.
        outage.ifPresent(silence -> owner.at(owner.now().plus(silence.pause()), this::askAgain));
    }

    private void answered(String domain, Route route) {
        underWay--;
        if (route instanceof Route.NoAnswer(String detail)) {
            unasked.addFirst(domain);
            silent(detail);
            return;
        }
        if (outage.isPresent()) {
            log.info("the DNS resolver answers again, after {}", lasted(outage.get()));
            outage = Optional.empty();
        }
        listener.routed(take(domain), route);
    }

    private Duration lasted(Outage what) {
        return Duration.between(what.since(), owner.now());
    }

    private void silent(String detail) {
        Instant now = owner.now();
        if (outage.isPresent() && outage.get().asksAgainAt().isAfter(now)) {
            return; // questions of one moment
        }
        Duration pause = outage.map(before -> doubled(before.pause())).orElse(FIRST_PAUSE);
        if (outage.isEmpty()) {
            log.warn(
                    "the DNS resolver does not answer ({}); mail waits, no attempt is counted."
                            + " See dns.servers, or the system's resolver",
                    detail);
        }
        outage =
                Optional.of(
                        new Outage(
                                outage.map(Outage::since).orElse(now),
                                detail,
                                pause,
                                now.plus(pause)));
        owner.at(now.plus(pause), this::askAgain);
    }

    private static Duration doubled(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    /** One question, to see whether there are answers again. */
    private void askAgain() {
        if (outage.isEmpty()) {
            return;
        }
        if (!unasked.isEmpty()) {
            look(unasked.removeFirst());
            next();
        } else if (underWay == 0) {
            // Nobody is left to ask for, and nobody would ask for who comes next.
            outage = Optional.empty();
        }
    }

    private void next() {
        while (underWay < AT_ONCE && !unasked.isEmpty() && outage.isEmpty()) {
            look(unasked.removeFirst());
        }
    }
}
