package facteur.mta.queue;

import facteur.mail.event.ShapingEvent;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.HostMemory;
import facteur.mta.disposition.Effect;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** What replies teach about paths: each lesson is shown to the shaper, remembered and recorded. */
final class Lessons {
    private final Owner owner;
    private final Sites sites;
    private final HostMemory hosts;
    private final PathMemory memory;
    private final Settlement settlement;
    private final Consumer<Path> suspended;

    /**
     * @param suspended is told of a path that has just been suspended
     */
    Lessons(
            Owner owner,
            Sites sites,
            HostMemory hosts,
            PathMemory memory,
            Settlement settlement,
            Consumer<Path> suspended) {
        this.owner = owner;
        this.sites = sites;
        this.hosts = hosts;
        this.memory = memory;
        this.settlement = settlement;
        this.suspended = suspended;
    }

    /**
     * What a reply means for the path that it came over, and for others.
     *
     * @param host that spoke, if one did
     */
    void learn(Path path, Optional<InetAddress> host, Judge.Ruling ruling, Evidence evidence) {
        Instant now = owner.now();
        if (ruling.disposition() instanceof Disposition.Delivered) {
            path.delivered++;
            path.shaper.succeeded(now).ifPresent(this::learnt);
            return;
        }
        String cause = evidence.toString();
        switch (ruling.effect()) {
            case Effect.Rest(Duration time) -> suspend(path, time, cause);
            case Effect.Suspend(Duration time) ->
                    sites.everyPath(path.site).forEach(each -> suspend(each, time, cause));
            case Effect.Slow(Duration time) -> slow(path, time, cause);
            case Effect.SlowSite(Duration time) ->
                    sites.everyPath(path.site).forEach(each -> slow(each, time, cause));
            // Not recorded: the ruling names host and cause, and it is over in minutes.
            case Effect.AvoidHost(Duration time) ->
                    host.ifPresent(address -> hosts.avoid(address, time));
            case Effect.None _ -> {}
        }
        if (ruling.crowded() && !path.isSuspended(now)) {
            tooMany(path, path.open() - 1);
        }
    }

    private void slow(Path path, Duration time, String cause) {
        path.shaper.slow(time, cause, owner.now()).ifPresent(this::learnt);
    }

    /** The site bears no more than so many connections. */
    void tooMany(Path path, int borne) {
        path.shaper.tooMany(borne, owner.now()).ifPresent(this::learnt);
    }

    void suspend(Path path, Duration time, String cause) {
        Optional<ShapingEvent> event = path.shaper.suspend(time, cause, owner.now());
        if (event.isPresent()) {
            learnt(event.get());
            suspended.accept(path);
        }
    }

    /** Ends suspension and slow-down of a path, as an operator orders. */
    void release(Path path, String who) {
        path.shaper.release(who, owner.now()).ifPresent(this::learnt);
    }

    private void learnt(ShapingEvent event) {
        memory.learn(event);
        settlement.note(event);
    }
}
