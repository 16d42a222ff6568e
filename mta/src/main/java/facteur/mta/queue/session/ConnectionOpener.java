package facteur.mta.queue;

import facteur.config.SitePreset;
import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostWalk;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens connections, within what the process may have and what providers bear, and deals with sites
 * that let nobody in. On the owner's thread.
 */
final class Doors {
    private static final int KNOCKS = 3;
    private static final Duration KNOCK_AGAIN = Duration.ofSeconds(10);

    private final Dispatch dispatch;
    private final HostWalk.Terrain terrain;
    private final Owner owner;
    private final Sites sites;
    private final Rulings rulings;
    private final Lessons lessons;
    private final Handover handover;
    private final Crowd all;
    // By source and preset, where sites are counted together.
    private final Map<List<String>, Crowd> together = new HashMap<>();

    /**
     * @param most connections of all paths together
     */
    Doors(
            Dispatch dispatch,
            HostWalk.Terrain terrain,
            int most,
            Owner owner,
            Sites sites,
            Rulings rulings,
            Lessons lessons,
            Handover handover) {
        this.dispatch = dispatch;
        this.terrain = terrain;
        this.all = new Crowd("all sites", most);
        this.owner = owner;
        this.sites = sites;
        this.rulings = rulings;
        this.lessons = lessons;
        this.handover = handover;
    }

    /** Opens one connection more; false when there are enough: the path is served when one ends. */
    boolean open(Path path) {
        if (owner.now().isBefore(path.hostsAgain)) {
            return false;
        }
        List<Crowd> crowds = crowds(path);
        path.crowd = crowds.stream().filter(Crowd::isFull).findFirst();
        if (path.crowd.isPresent()) {
            path.crowd.get().await(path);
            return false;
        }
        path.opening++;
        crowds.forEach(Crowd::opened);
        path.shaper.knocked(owner.now());
        HostWalk.start(
                terrain, path.site.preset.tls(), path.source, path.site.route(), new Opening(path));
        return true;
    }

    private List<Crowd> crowds(Path path) {
        SitePreset preset = path.site.preset;
        if (preset.together().isEmpty()) {
            return List.of(all);
        }
        Crowd ofProvider =
                together.computeIfAbsent(
                        List.of(path.source.name(), preset.name()),
                        _ ->
                                new Crowd(
                                        "all sites of " + preset.name(),
                                        preset.together().getAsInt()));
        return List.of(ofProvider, all);
    }

    /** A connection that is being made. Called on other threads. */
    private final class Opening implements HostWalk.Outcome {
        private final Path path;

        Opening(Path path) {
            this.path = path;
        }

        @Override
        public Connector.SessionListener ready(Connector.OutboundSession session) {
            Courier courier = new Courier(handover, owner, path, session);
            owner.post(
                    () -> {
                        path.opening--;
                        path.knocks = 0;
                        path.sessions.add(courier);
                    });
            return courier;
        }

        @Override
        public void exhausted(Evidence why, boolean tried, Duration again) {
            owner.post(
                    () -> {
                        if (tried) {
                            unreachable(path, why);
                        } else {
                            untried(path, why, again);
                        }
                    });
        }
    }

    /**
     * Every host is known to be down: nobody's attempt is spent, and all wait for the next probe.
     */
    private void untried(Path path, Evidence why, Duration again) {
        path.opening--;
        path.lastSaid = Optional.of(why);
        path.shaper.unreachable();
        Instant now = owner.now();
        // One more try when nothing is known of the time.
        path.hostsAgain = now.plus(again.isZero() ? KNOCK_AGAIN : again);
        owner.at(path.hostsAgain, () -> dispatch.serve(path));
        ended(path);
    }

    private void unreachable(Path path, Evidence why) {
        path.opening--;
        path.lastSaid = Optional.of(why);
        ended(path);
        if (path.open() > 0) {
            // The others go on: this was one too many, whatever it was called.
            lessons.tooMany(path, path.open());
            return;
        }
        Instant now = owner.now();
        path.shaper.unreachable();
        List<Pending> waiting = path.waiting.remove(_ -> true);
        if (!waiting.isEmpty()) {
            Judge.Ruling ruling =
                    rulings.of(waiting.getFirst(), why, path.site.name, Optional.empty()).ruling();
            if (ruling.crowded() && path.knocks < KNOCKS) {
                // The site does talk, and may have been counting connections that had just ended:
                // nobody's attempt is spent on that.
                path.waiting.giveBack(waiting);
                lessons.suspend(path, KNOCK_AGAIN.multipliedBy(1L << path.knocks), why.toString());
                path.knocks++;
                return;
            }
            lessons.learn(path, Optional.empty(), ruling, why);
        }
        path.knocks = 0;
        rulings.settleAll(waiting, why, path.site.name);
        sites.forget(path, now);
    }

    /** A connection of a path has ended, or did not come to be: another may have one. */
    void ended(Path path) {
        List<Crowd> crowds = crowds(path);
        crowds.forEach(Crowd::ended);
        for (Crowd crowd : crowds) {
            for (Optional<Path> next = crowd.next(); next.isPresent(); next = crowd.next()) {
                dispatch.serve(next.get());
            }
        }
    }
}
