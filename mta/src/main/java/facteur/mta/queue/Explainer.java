package facteur.mta.queue;

import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mta.shaping.Shaper;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks where the recipients of a message are, and says what they wait for. */
final class Explainer {
    private static final int MOST = 100;

    private final Backlog backlog;
    private final Sites sites;
    private final Directives directives;

    Explainer(Backlog backlog, Sites sites, Directives directives) {
        this.backlog = backlog;
        this.sites = sites;
        this.directives = directives;
    }

    /** At most a hundred recipients; none of those who are settled. */
    List<Explanation> of(MailId message, Instant now) {
        List<Explanation> found = new ArrayList<>();
        backlog.forEachDeferred(
                pending -> {
                    if (pending.message() == message.value()) {
                        found.add(deferred(pending));
                    }
                });
        backlog.forEachParked(
                pending -> {
                    if (pending.message() == message.value()) {
                        found.add(parked(pending));
                    }
                });
        for (Path path : sites.paths()) {
            path.waiting.forEach(
                    pending -> {
                        if (pending.message() == message.value()) {
                            found.add(waiting(pending, path, now));
                        }
                    });
            for (Courier courier : path.sessions) {
                sending(courier, courier.making, "its copy is being made for ", message, found);
                for (Courier.Load load : courier.loads) {
                    sending(
                            courier,
                            load.recipients(),
                            "under way since " + load.since() + " to ",
                            message,
                            found);
                }
            }
        }
        return found.stream().limit(MOST).toList();
    }

    private Explanation deferred(Pending pending) {
        return explanation(
                pending,
                "deferred",
                sites.of(pending.lane().domain()),
                "",
                "attempt "
                        + pending.attempts()
                        + " was deferred; see the reply in facteur message show "
                        + pending.id(),
                Optional.of(pending.due()),
                0);
    }

    private Explanation parked(Pending pending) {
        String site = sites.of(pending.lane().domain());
        String holder =
                directives.holding(pending).map(Explainer::told).orElse("an order just taken back");
        return explanation(pending, "held", site, "", holder, Optional.empty(), 0);
    }

    private static String told(OperatorEvent.Held order) {
        return order.operator()
                + " holds "
                + order.subject()
                + " since "
                + order.at()
                + (order.why().isEmpty() ? "" : ": " + order.why());
    }

    private Explanation waiting(Pending pending, Path path, Instant now) {
        Optional<OperatorEvent.Held> order = directives.holding(path.site.name, path.source.name());
        if (order.isPresent()) {
            return explanation(
                    pending,
                    "held",
                    path.site.name,
                    path.source.name(),
                    told(order.get()),
                    Optional.empty(),
                    path.waiting.size() - 1);
        }
        Shaper.Hold hold = path.shaper.hold(now);
        if (hold instanceof Shaper.Hold.Free) {
            hold = path.shaper.holdOfConnections(path.open(), now);
        }
        return explanation(
                pending,
                "waiting",
                path.site.name,
                path.source.name(),
                told(hold, path),
                hold.ends(),
                path.waiting.size() - 1);
    }

    private static String told(Shaper.Hold hold, Path path) {
        return switch (hold) {
            case Shaper.Hold.Free _ ->
                    path.opening > 0
                            ? "a connection is being opened"
                            : path.crowd.map(Crowd::toString).orElse("its turn among the others");
            case Shaper.Hold.Suspended(_, String cause) -> "suspended after: " + cause;
            case Shaper.Hold.Paced(_, double perSecond, String cause) ->
                    String.format(
                            Locale.ROOT,
                            "the rate of %.2f messages a second%s",
                            perSecond,
                            cause.isEmpty()
                                    ? ", preset " + path.site.preset.name()
                                    : ", slowed after: " + cause);
            case Shaper.Hold.Knocking _ ->
                    "the rate of new connections, "
                            + path.site.preset.newConnections()
                            + ", preset "
                            + path.site.preset.name();
            case Shaper.Hold.Full(int connections) ->
                    "the limit of "
                            + connections
                            + " connections (at most "
                            + path.site.preset.connections()
                            + ", preset "
                            + path.site.preset.name()
                            + ")";
        };
    }

    private static void sending(
            Courier courier,
            List<Pending> recipients,
            String how,
            MailId message,
            List<Explanation> found) {
        for (Pending pending : recipients) {
            if (pending.message() == message.value()) {
                found.add(
                        explanation(
                                pending,
                                "sending",
                                courier.path.site.name,
                                courier.path.source.name(),
                                how + courier.session.host(),
                                Optional.empty(),
                                0));
            }
        }
    }

    private static Explanation explanation(
            Pending pending,
            String state,
            String site,
            String source,
            String holder,
            Optional<Instant> next,
            int ahead) {
        return new Explanation(
                pending.id().toString(),
                pending.address().toString(),
                state,
                site,
                source,
                holder,
                next,
                pending.attempts(),
                ahead);
    }
}
