package facteur.mta.queue;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import facteur.mail.address.Domain;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.HostWalk;
import facteur.mta.egress.EgressSource;
import facteur.mta.routing.Route;
import facteur.store.Store;
import facteur.store.fold.Folder;
import facteur.store.fold.PendingRow;
import facteur.store.fold.Suppression;
import facteur.store.journal.Entry;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The owner of everything that is pending.
 *
 * <p>A recipient who is due is routed, waits in the lanes of its site, and is taken by a free
 * session of that site: sessions pull, nothing polls. What the host answered is ruled, the ruling
 * is appended to the journal, and only when it is on disk does the recipient leave the queue or get
 * its next time, and does the session take another message. A crash therefore repeats at most the
 * one message of each session whose final answer was not yet on disk.
 *
 * <p>All fields belong to the thread {@code queue}; everyone else posts.
 */
public final class Queue implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Queue.class);

    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final int MESSAGES_PER_SESSION = 100;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final int LOADED_AT_ONCE = 10_000;

    /** What a subject of {@link OperatorEvent.Held} begins with when it names a site. */
    public static final String SITE = "site:";

    private static final int DOMAINS = 100_000;

    private final Store store;
    private final HostWalk.Terrain terrain;
    private final EgressSource source;
    private final Judge judge;
    private final Copies copies;
    private final InstantSource clock;
    private final int mostConnections;
    private final QueueFigures figures = new QueueFigures();

    private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final ExecutorService makers;
    private final Thread owner = Thread.ofPlatform().name("queue").unstarted(this::run);

    private final PriorityQueue<Pending> deferred =
            new PriorityQueue<>(Comparator.comparing(Pending::due));
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::at));
    private final Map<String, Site> sites = new HashMap<>();
    private final Cache<String, String> siteOfDomain =
            Caffeine.newBuilder().maximumSize(DOMAINS).build();
    private final Set<String> held = new HashSet<>();
    private int underWay;
    private boolean halted;
    private volatile boolean closing;

    private record Timer(Instant at, Runnable task) {}

    public Queue(
            Store store,
            HostWalk.Terrain terrain,
            EgressSource source,
            Judge judge,
            Copies copies,
            InstantSource clock,
            int mostConnections) {
        this.store = store;
        this.terrain = terrain;
        this.source = source;
        this.judge = judge;
        this.copies = copies;
        this.clock = clock;
        this.mostConnections = mostConnections;
        this.makers =
                Executors.newFixedThreadPool(
                        Runtime.getRuntime().availableProcessors(),
                        Thread.ofPlatform().name("copies-", 0).factory());
    }

    /**
     * Loads what is pending and begins; nothing may have been accepted since the store was opened.
     */
    public void start() {
        Optional<PendingRow.Found> last = Optional.empty();
        List<PendingRow.Found> page;
        do {
            page = store.views().pending(last.map(PendingRow.Found::id), LOADED_AT_ONCE);
            page.forEach(found -> deferred.add(Pending.of(found)));
            last = page.isEmpty() ? last : Optional.of(page.getLast());
        } while (!page.isEmpty());
        store.views().held().stream()
                .map(OperatorEvent.Held::subject)
                .filter(subject -> subject.startsWith(SITE))
                .forEach(subject -> held.add(subject.substring(SITE.length())));
        log.info("{} recipients are pending", deferred.size());
        owner.start();
    }

    /** Takes on the recipients of a message that is on disk. */
    public void accept(List<Pending> recipients) {
        post(() -> recipients.forEach(this::admit));
    }

    public QueueFigures figures() {
        return figures;
    }

    /** What is where, asked of the owner. */
    public CompletableFuture<QueueSnapshot> snapshot() {
        CompletableFuture<QueueSnapshot> answer = new CompletableFuture<>();
        post(() -> answer.complete(look()));
        return answer;
    }

    /** Makes everything that matches due at once; the future tells how many that were. */
    public CompletableFuture<Integer> retryNow(Predicate<Pending> which) {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        post(
                () -> {
                    List<Pending> chosen = takeDeferred(which);
                    Instant now = clock.instant();
                    sites.values().forEach(site -> site.pausedUntil = Instant.EPOCH);
                    chosen.forEach(pending -> admit(pending.dueAt(now)));
                    answer.complete(chosen.size());
                });
        return answer;
    }

    /** Makes due at once everything that waits for a site, and ends its pause. */
    public CompletableFuture<Integer> flush(String site) {
        return retryNow(
                pending ->
                        site.equals(siteOfDomain.getIfPresent(pending.address().domain().name())));
    }

    /**
     * Stops sending to a site, or goes on; what is under way is finished. The event is the caller's
     * to record.
     */
    public void hold(String site, boolean stop) {
        post(
                () -> {
                    Site known = sites.get(site);
                    if (stop) {
                        held.add(site);
                    } else if (held.remove(site) && known != null) {
                        serve(known);
                    }
                });
    }

    /**
     * Stops owing what matches and is not under way at this moment; the future tells how many that
     * were.
     */
    public CompletableFuture<Integer> cancel(
            Predicate<Pending> which, String operator, String why) {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        post(
                () -> {
                    List<Pending> chosen = takeDeferred(which);
                    sites.values().forEach(site -> chosen.addAll(site.waiting.remove(which)));
                    chosen.forEach(
                            pending ->
                                    settle(
                                            pending,
                                            new Disposition.Withdrawn(operator, why),
                                            pending.attempts(),
                                            List.of(),
                                            Optional.empty()));
                    answer.complete(chosen.size());
                });
        return answer;
    }

    /** All recipients of one message. */
    public static Predicate<Pending> ofMessage(MailId message) {
        return pending -> pending.id().message().equals(message);
    }

    private List<Pending> takeDeferred(Predicate<Pending> which) {
        List<Pending> chosen = new ArrayList<>(deferred.stream().filter(which).toList());
        deferred.removeIf(which);
        return chosen;
    }

    void post(Runnable task) {
        mailbox.add(task);
    }

    private void run() {
        while (!closing) {
            try {
                Runnable task = mailbox.poll(untilNext().toMillis(), TimeUnit.MILLISECONDS);
                while (task != null) {
                    task.run();
                    task = mailbox.poll();
                }
                Instant now = clock.instant();
                while (!timers.isEmpty() && !timers.peek().at().isAfter(now)) {
                    timers.remove().task().run();
                }
                while (!deferred.isEmpty() && !deferred.peek().due().isAfter(now)) {
                    route(deferred.remove());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // A bug in one task must not stop all mail; what it concerned is tried again after
                // a restart.
                log.error("a task of the queue failed", e);
            }
        }
    }

    private Duration untilNext() {
        Instant now = clock.instant();
        Instant next = now.plus(LONGEST_WAIT);
        next =
                deferred.isEmpty() || next.isBefore(deferred.peek().due())
                        ? next
                        : deferred.peek().due();
        next = timers.isEmpty() || next.isBefore(timers.peek().at()) ? next : timers.peek().at();
        return next.isAfter(now) ? Duration.between(now, next).plusMillis(1) : Duration.ZERO;
    }

    private void after(Duration delay, Runnable task) {
        timers.add(new Timer(clock.instant().plus(delay), task));
    }

    private void admit(Pending pending) {
        if (pending.due().isAfter(clock.instant())) {
            deferred.add(pending);
        } else {
            route(pending);
        }
    }

    private void route(Pending pending) {
        if (halted) {
            return;
        }
        underWay++;
        Domain domain = pending.address().domain();
        CompletableFuture<Route> asked = terrain.router().route(domain);
        if (asked.isDone()) {
            routed(pending, asked.join());
        } else {
            CompletableFuture<Void> _ =
                    asked.thenAccept(route -> post(() -> routed(pending, route)));
        }
    }

    private void routed(Pending pending, Route route) {
        underWay--;
        switch (route) {
            case Route.Hosts(String name, var hosts) -> {
                Site site =
                        sites.computeIfAbsent(name, _ -> new Site(name, hosts, mostConnections));
                site.hosts = hosts;
                siteOfDomain.put(pending.address().domain().name(), name);
                site.waiting.add(pending);
                serve(site);
            }
            case Route.NullMx _ ->
                    rule(
                            pending,
                            failed(Fault.NULL_MX, "the domain takes no mail (null MX, RFC 7505)"),
                            Optional.empty(),
                            "",
                            List.of());
            case Route.NoSuchDomain _ ->
                    rule(
                            pending,
                            failed(
                                    Fault.NO_SUCH_DOMAIN,
                                    "the domain "
                                            + pending.address().domain()
                                            + " does not exist, or has no address"),
                            Optional.empty(),
                            "",
                            List.of());
            case Route.Ourselves(String detail) ->
                    rule(pending, failed(Fault.LOOP, detail), Optional.empty(), "", List.of());
            case Route.TryLater(String detail) ->
                    rule(
                            pending,
                            failed(Fault.DNS_FAILURE, detail),
                            Optional.empty(),
                            "",
                            List.of());
        }
    }

    private static Evidence failed(Fault fault, String detail) {
        return new Evidence.Failed(Stage.DNS, fault, detail);
    }

    /** Lets free sessions pull, and opens what more is wanted. */
    private void serve(Site site) {
        while (!halted && site.waiting.size() > 0 && !site.idle.isEmpty() && !isPaused(site)) {
            give(site.idle.removeLast());
        }
        int wanted = halted || held.contains(site.name) ? 0 : site.wanted(clock.instant());
        for (int i = 0; i < wanted; i++) {
            site.opening++;
            HostWalk.start(terrain, source, site.hosts, new Opening(site));
        }
    }

    private boolean isPaused(Site site) {
        return held.contains(site.name) || site.pausedUntil.isAfter(clock.instant());
    }

    /** A connection that is being made. Called on other threads. */
    private final class Opening implements HostWalk.Outcome {
        private final Site site;

        Opening(Site site) {
            this.site = site;
        }

        @Override
        public Connector.SessionListener ready(Connector.OutboundSession session) {
            Courier courier = new Courier(Queue.this, site, session);
            post(
                    () -> {
                        site.opening--;
                        site.sessions.add(courier);
                    });
            return courier;
        }

        @Override
        public void exhausted(Evidence why) {
            post(() -> unreachable(site, why));
        }
    }

    private void unreachable(Site site, Evidence why) {
        site.opening--;
        site.budget.failed();
        site.lastReply = why.toString();
        if (!site.sessions.isEmpty() || site.opening > 0) {
            return;
        }
        site.waiting
                .remove(_ -> true)
                .forEach(pending -> rule(pending, why, Optional.empty(), site.name, List.of()));
        forget(site);
    }

    void hostReady(Courier courier) {
        courier.hostReady = true;
        proceed(courier);
    }

    private void proceed(Courier courier) {
        if (!courier.isFree()) {
            return;
        }
        Site site = courier.site;
        if (courier.carried >= MESSAGES_PER_SESSION || halted || closing) {
            leave(courier);
        } else if (site.waiting.size() > 0 && !isPaused(site)) {
            give(courier);
        } else {
            site.idle.add(courier);
            int carried = courier.carried;
            after(
                    IDLE,
                    () -> {
                        if (courier.carried == carried && site.idle.remove(courier)) {
                            leave(courier);
                        }
                    });
        }
    }

    private void leave(Courier courier) {
        courier.hostReady = false;
        courier.session.finish();
    }

    private void give(Courier courier) {
        Pending pending = courier.site.waiting.next().orElseThrow();
        courier.carries = pending;
        courier.hostReady = false;
        courier.carried++;
        courier.startedNanos = System.nanoTime();
        makers.execute(() -> make(courier, pending));
    }

    /** On a maker's thread: everything that reads the store. */
    private void make(Courier courier, Pending pending) {
        try {
            Optional<Suppression> held =
                    store.suppressions()
                            .find(
                                    pending.address().key(),
                                    pending.credential(),
                                    !pending.campaign().isEmpty(),
                                    clock.instant());
            if (held.isPresent()) {
                post(
                        () ->
                                notSent(
                                        courier,
                                        pending,
                                        new Disposition.Abandoned(
                                                held.get().cause(), held.get().because())));
                return;
            }
            Optional<Journal.StoredMessage> message =
                    store.message(pending.id().message(), pending.position());
            if (message.isEmpty()) {
                String lost =
                        "the message is not in the journal at " + pending.position() + " any more";
                log.error("{}: {}", pending.id(), lost);
                post(() -> notSent(courier, pending, new Disposition.Withdrawn("facteur", lost)));
                return;
            }
            Copies.Made made = copies.make(message.get(), pending);
            List<Event> events = new ArrayList<>();
            made.notTracked()
                    .ifPresent(
                            why ->
                                    events.add(
                                            new DeliveryEvent.NotTracked(
                                                    pending.id(), clock.instant(), why)));
            post(() -> courier.notes = events);
            courier.session.assign(made.transaction(), made.content());
        } catch (IOException | RuntimeException e) {
            log.error("make the copy for {}", pending.id(), e);
            post(
                    () ->
                            release(
                                    courier,
                                    pending,
                                    new Evidence.Failed(
                                            Stage.LOCAL,
                                            Fault.PROTOCOL_ERROR,
                                            "make the copy: " + e.getMessage())));
        }
    }

    private void notSent(Courier courier, Pending pending, Disposition disposition) {
        courier.carries = null;
        courier.hostReady = true;
        courier.settling = true;
        settle(pending, disposition, pending.attempts(), List.of(), Optional.empty());
        courier.settling = false;
        proceed(courier);
    }

    private void release(Courier courier, Pending pending, Evidence why) {
        courier.carries = null;
        courier.hostReady = true;
        rule(pending, why, Optional.empty(), courier.site.name, List.of());
        proceed(courier);
    }

    void reported(Courier courier, List<Evidence> results) {
        Pending pending = courier.carries;
        if (pending == null) {
            return;
        }
        if (courier.carried > 1 && hungUpBefore(results.getFirst())) {
            // Nobody has looked at this message, and the host did take others: no attempt is
            // counted. The first message of a session is not spared, or we would knock without end.
            courier.carries = null;
            courier.notes = List.of();
            route(pending);
            return;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - courier.startedNanos);
        Connector.OutboundSession session = courier.session;
        DeliveryEvent.Hop hop =
                new DeliveryEvent.Hop(
                        courier.site.name,
                        session.host(),
                        session.remote().getAddress().getHostAddress(),
                        source.name(),
                        session.tls(),
                        took);
        Evidence evidence = results.getFirst();
        courier.carries = null;
        courier.settling = true;
        courier.site.lastReply = evidence.toString();
        List<Event> notes = courier.notes;
        courier.notes = List.of();
        CompletableFuture<Void> _ =
                rule(pending, evidence, Optional.of(hop), courier.site.name, notes)
                        .thenRun(
                                () ->
                                        post(
                                                () -> {
                                                    courier.settling = false;
                                                    proceed(courier);
                                                }));
    }

    private static boolean hungUpBefore(Evidence evidence) {
        return evidence instanceof Evidence.Failed(Stage stage, Fault fault, _)
                && stage == Stage.MAIL
                && fault == Fault.CONNECTION_LOST;
    }

    void closed(Courier courier) {
        courier.closed = true;
        courier.site.sessions.remove(courier);
        courier.site.idle.remove(courier);
        serve(courier.site);
        forget(courier.site);
    }

    private void forget(Site site) {
        if (site.isForgettable() && !isPaused(site)) {
            sites.remove(site.name);
        }
    }

    private CompletableFuture<Void> rule(
            Pending pending,
            Evidence evidence,
            Optional<DeliveryEvent.Hop> hop,
            String site,
            List<Event> notes) {
        int attempt = pending.attempts() + 1;
        Judge.Ruling ruling =
                judge.rule(
                        evidence,
                        new Judge.Circumstances(
                                hop.map(DeliveryEvent.Hop::host).orElse(site),
                                attempt,
                                pending.acceptedAt(),
                                clock.instant()));
        learn(site, ruling);
        return settle(pending, ruling.disposition(), attempt, notes, hop);
    }

    private void learn(String name, Judge.Ruling ruling) {
        Site site = sites.get(name);
        if (site == null) {
            return;
        }
        if (ruling.disposition() instanceof Disposition.Delivered) {
            site.delivered++;
            site.budget.succeeded();
        } else if (ruling.tooMany()) {
            site.budget.failed();
        }
        ruling.pause()
                .ifPresent(
                        pause -> {
                            site.pausedUntil = clock.instant().plus(pause);
                            after(pause, () -> serve(site));
                        });
    }

    /**
     * Puts the ruling on disk, then acts on it. The future completes when it is on disk, and never
     * when that fails.
     */
    private CompletableFuture<Void> settle(
            Pending pending,
            Disposition disposition,
            int attempt,
            List<Event> notes,
            Optional<DeliveryEvent.Hop> hop) {
        Instant now = clock.instant();
        underWay++;
        List<Entry> entries = new ArrayList<>();
        notes.forEach(note -> entries.add(new Entry.Happened(note)));
        entries.add(
                new Entry.Happened(
                        new DeliveryEvent.Ruled(pending.id(), now, attempt, disposition, hop)));
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<List<Position>> _ =
                store.journal()
                        .append(entries)
                        .whenComplete(
                                (positions, failure) -> {
                                    if (failure != null) {
                                        post(() -> halt(failure));
                                        return;
                                    }
                                    if (disposition
                                            instanceof
                                            Disposition.HardBounce(var why, var evidence)) {
                                        Suppression entry =
                                                Folder.hardBounce(
                                                        pending.id(),
                                                        now,
                                                        why.category(),
                                                        evidence.toString(),
                                                        why.rule());
                                        store.suppressions()
                                                .ahead(
                                                        pending.address().key(),
                                                        entry,
                                                        positions.getLast());
                                    }
                                    post(() -> settled(pending, disposition));
                                    done.complete(null);
                                });
        return done;
    }

    private void settled(Pending pending, Disposition disposition) {
        underWay--;
        figures.count(disposition);
        if (disposition instanceof Disposition.Deferred(_, _, Instant retryAt)) {
            deferred.add(pending.deferred(retryAt));
        }
    }

    /** Without a journal nothing may be sent: what became of it could not be kept. */
    private void halt(Throwable failure) {
        underWay--;
        if (!halted) {
            halted = true;
            log.error("delivery stops, since its outcome cannot be recorded", failure);
        }
    }

    private QueueSnapshot look() {
        List<QueueSnapshot.Destination> destinations =
                sites.values().stream()
                        .map(
                                site ->
                                        new QueueSnapshot.Destination(
                                                site.name,
                                                site.waiting.size(),
                                                (int)
                                                        site.sessions.stream()
                                                                .filter(c -> c.carries != null)
                                                                .count(),
                                                site.sessions.size(),
                                                site.budget.limit(),
                                                site.pausedUntil,
                                                held.contains(site.name),
                                                site.delivered,
                                                site.lastReply))
                        .sorted(
                                Comparator.comparingInt(QueueSnapshot.Destination::waiting)
                                        .reversed())
                        .toList();
        return new QueueSnapshot(clock.instant(), deferred.size() + (long) underWay, destinations);
    }

    /**
     * Stops giving out messages and waits a while for those under way; what is left is pending
     * after the next start.
     */
    @Override
    public void close() {
        CompletableFuture<Void> quiet = new CompletableFuture<>();
        post(() -> drain(quiet));
        try {
            quiet.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            log.warn(
                    "some messages were still under way; they are tried again after the next"
                            + " start");
        }
        closing = true;
        makers.shutdown();
        post(() -> {});
        try {
            owner.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(CompletableFuture<Void> quiet) {
        halted = true;
        for (Site site : sites.values()) {
            site.idle.forEach(this::leave);
            site.idle.clear();
        }
        boolean busy =
                sites.values().stream()
                        .flatMap(site -> site.sessions.stream())
                        .anyMatch(c -> c.carries != null || c.settling);
        if (busy) {
            after(Duration.ofMillis(50), () -> drain(quiet));
        } else {
            quiet.complete(null);
        }
    }
}
