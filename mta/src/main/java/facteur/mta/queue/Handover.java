package facteur.mta.queue;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Result;
import facteur.mta.shaping.Shaper;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Gives messages to couriers, and takes their reports. On the owner's thread; copies are made on
 * others.
 *
 * <pre>
 *   give -> (copy is made) -> made -> assign ... reported -> settle -> (on disk) -> recorded
 *                               |                   |                                  |
 *                               +- ahead: one more -+                      free: idle, or the next
 * </pre>
 */
final class Handover {
    private final Dispatch dispatch;
    private final CopyMaker copies;
    private final Executor makers;
    private final Owner owner;
    private final Rulings rulings;
    private final Lessons lessons;
    private final Settlement settlement;

    Handover(
            Dispatch dispatch,
            CopyMaker copies,
            Executor makers,
            Owner owner,
            Rulings rulings,
            Lessons lessons,
            Settlement settlement) {
        this.dispatch = dispatch;
        this.copies = copies;
        this.makers = makers;
        this.owner = owner;
        this.rulings = rulings;
        this.lessons = lessons;
        this.settlement = settlement;
    }

    void hostReady(Courier courier) {
        courier.hostReady = true;
        proceed(courier);
    }

    /** What a courier does who may have nothing to do. */
    private void proceed(Courier courier) {
        if (!courier.isFree()) {
            return;
        }
        Path path = courier.path;
        if (courier.given >= courier.most() || dispatch.isStopping()) {
            leave(courier);
            return;
        }
        path.idle.add(courier);
        dispatch.serve(path);
        if (courier.isFree()) {
            courier.idleSince = owner.now();
            watchIdle(courier);
        }
    }

    /** One timer for a courier, however often he is idle for a moment. */
    private void watchIdle(Courier courier) {
        if (courier.idleWatched) {
            return;
        }
        courier.idleWatched = true;
        owner.at(
                courier.idleSince.plus(courier.path.site.preset.idle()),
                () -> {
                    courier.idleWatched = false;
                    boolean idle = courier.path.idle.contains(courier);
                    Duration time = Duration.between(courier.idleSince, owner.now());
                    if (idle && time.compareTo(courier.path.site.preset.idle()) >= 0) {
                        courier.path.idle.remove(courier);
                        leave(courier);
                    } else if (idle) {
                        watchIdle(courier);
                    }
                });
    }

    static void leave(Courier courier) {
        courier.hostReady = false;
        courier.session.finish();
    }

    /** Gives a courier whose turn it is on his path; somebody waits there. */
    void give(Courier courier) {
        Path path = courier.path;
        Instant now = owner.now();
        List<Pending> next =
                path.waiting.next(
                        Math.min(
                                path.site.mostRecipients,
                                courier.session.offer().mostRecipients()));
        path.shaper.gave(now);
        courier.making = next;
        courier.given++;
        makers.execute(
                () -> {
                    CopyMaker.Result result = copies.make(next, courier.session.offer(), now);
                    owner.post(() -> made(courier, result));
                });
    }

    /** One more, while those who wait would otherwise wait for this courier to come back. */
    private void ahead(Courier courier) {
        Path path = courier.path;
        boolean wanted =
                path.waiting.size() > path.opening && path.idle.isEmpty() && courier.takesAhead();
        if (wanted
                && !dispatch.isStopping()
                && !dispatch.isHeld(path)
                && path.shaper.hold(owner.now()) instanceof Shaper.Hold.Free) {
            give(courier);
        }
    }

    private void made(Courier courier, CopyMaker.Result result) {
        courier.making = List.of();
        giveBack(courier, result.left());
        List<Settlement.Settled> settled = new ArrayList<>();
        result.withheld()
                .forEach(
                        each ->
                                settled.add(
                                        new Settlement.Settled(
                                                each.pending(),
                                                each.disposition(),
                                                each.pending().attempts(),
                                                Optional.empty())));
        result.failed()
                .ifPresent(why -> rulings.settleAll(result.carried(), why, courier.path.site.name));
        if (!settled.isEmpty()) {
            settlement.settle(settled, List.of(), dispatch::wakeForDue);
        }
        if (result.made().isPresent()) {
            courier.hostReady = false;
            courier.loads.add(
                    new Courier.Load(
                            result.carried(),
                            courier.given,
                            result.made().get().marking(),
                            owner.now()));
            courier.session.assign(
                    result.made().get().transaction(), result.made().get().content());
            dispatch.serve(courier.path);
            ahead(courier);
        } else {
            proceed(courier);
        }
    }

    /**
     * Nobody has looked at this message. Where the host did take others no attempt is counted; the
     * first message of a session is not spared, or we would knock without end.
     */
    void returned(Courier courier, Evidence why) {
        Courier.Load load = courier.loads.peek();
        if (load == null) {
            return;
        }
        if (load.place() == 1) {
            settle(
                    courier,
                    Collections.nCopies(load.recipients().size(), new Result.Tried(why)),
                    () -> {});
            return;
        }
        courier.hostReady = false;
        courier.loads.remove();
        courier.path.lastSaid = Optional.of(why);
        giveBack(courier, load.recipients());
    }

    void reported(Courier courier, List<Result> results) {
        settle(courier, results, courier.session::recorded);
    }

    private void settle(Courier courier, List<Result> results, Runnable recorded) {
        Courier.Load load = courier.loads.poll();
        if (load == null) {
            return;
        }
        courier.hostReady = false;
        Path path = courier.path;
        path.lastSaid = Optional.of(results.getLast().evidence());
        List<Pending> carried = load.recipients();
        Optional<DeliveryEvent.Hop> hop = Optional.of(hop(courier, load));
        Optional<InetAddress> host = Optional.of(courier.session.remote().getAddress());
        List<Settlement.Settled> settled = new ArrayList<>(carried.size());
        List<Event> told = new ArrayList<>();
        List<Pending> untried = new ArrayList<>();
        int split = 0;
        for (int i = 0; i < carried.size(); i++) {
            if (!(results.get(i) instanceof Result.Tried(Evidence evidence))) {
                untried.add(carried.get(i));
                continue;
            }
            Rulings.Verdict verdict = rulings.of(carried.get(i), evidence, path.site.name, hop);
            if (verdict.ruling().split() && i > 0) {
                split++;
                untried.add(carried.get(i));
            } else {
                settled.add(verdict.settled());
                load.told(carried.get(i)).ifPresent(told::add);
                lessons.learn(path, host, verdict.ruling(), evidence);
            }
        }
        if (split > 0) {
            path.site.tookOnly(settled.size());
        }
        giveBack(courier, untried);
        courier.settling++;
        settlement.settle(
                settled,
                told,
                () -> {
                    courier.settling--;
                    recorded.run();
                    dispatch.wakeForDue();
                    proceed(courier);
                });
        ahead(courier);
    }

    private DeliveryEvent.Hop hop(Courier courier, Courier.Load load) {
        Connector.OutboundSession session = courier.session;
        return new DeliveryEvent.Hop(
                courier.path.site.name,
                session.host(),
                session.remote().getAddress().getHostAddress(),
                courier.path.source.name(),
                session.tls(),
                Duration.between(load.since(), owner.now()));
    }

    /** Lets those wait again, at the front, who were taken by a session and not tried. */
    private void giveBack(Courier courier, List<Pending> untried) {
        if (courier.closed) {
            // Its path may have been let go of since.
            untried.forEach(dispatch::route);
        } else if (!untried.isEmpty()) {
            courier.path.waiting.giveBack(untried);
            dispatch.serve(courier.path);
        }
    }

    void closed(Courier courier) {
        if (courier.closed) {
            return; // told again by a session that was given a message after its end
        }
        courier.closed = true;
        courier.path.sessions.remove(courier);
        courier.path.idle.remove(courier);
        dispatch.ended(courier.path);
    }
}
