package facteur.mta.delivery;

import facteur.config.DeliveryTls;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.dialogue.Habits;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.egress.EgressSource;
import facteur.mta.routing.Route;
import facteur.mta.routing.Router;
import facteur.mta.routing.Router.HostAddresses;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tries the hosts of a destination in order until one of them is ready: at most five addresses, two
 * of which may get as far as a session (RFC 5321 5.1 asks for the former; the latter keeps a
 * destination that greets with 4xx from being knocked at all around; a host that takes no mail, or
 * whose TLS fails, does not count).
 *
 * <p>The addresses of one host are tried together, by turns of IPv6 and IPv4: where one of them
 * leads nowhere, the next is not waited for long, and for a while comes first (RFC 8305).
 *
 * <p>A host that has lately failed in the middle of a message comes after all others. After one
 * whose TLS fails comes the next; whether it may be talked to in clear text, {@link TlsRecord}
 * says.
 */
public final class HostWalk {
    // Where no connection can be begun for a reason of ours.
    private static final Duration OURS_AGAIN = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(HostWalk.class);

    private static final int ADDRESSES = 5;
    private static final int SESSIONS = 2;

    private final Router router;
    private final Connector connector;
    private final HostMemory memory;
    private final TlsMemory tlsMemory;
    private final EgressSource source;
    private final int port;
    private final SessionOptions.Tls tls;
    private final String site;
    private final Outcome outcome;
    private final Deque<Route.MxHost> hosts;
    private final Deque<Candidate> candidates = new ArrayDeque<>();
    // Those that have lately failed in the middle of a message: their turn comes when all others
    // have had theirs.
    private final Deque<Candidate> lastResort = new ArrayDeque<>();
    private boolean isTold;
    private int addressesTried;
    private int sessionsTried;
    // Until the first of those may be contacted who were passed over.
    private Optional<Duration> again = Optional.empty();
    private Evidence last =
            new Evidence.Failed(
                    Stage.DNS, Fault.NO_ADDRESS, "no host of the destination has an address");

    /**
     * @param probe whether others wait for what comes of contacting it
     */
    private record Candidate(String host, InetAddress address, boolean probe) {
        Candidate(String host, InetAddress address) {
            this(host, address, false);
        }

        Candidate granted(boolean asProbe) {
            return new Candidate(host, address, asProbe);
        }
    }

    /** What a walk ends with: a listener for the session once one is ready, or the last failure. */
    public interface Outcome {
        /** The listener that a ready session reports to from now on. */
        Connector.SessionListener ready(Connector.OutboundSession session);

        /**
         * No host could be used.
         *
         * @param why the evidence of the last one
         * @param tried false when no host was contacted, since all of them are remembered as down:
         *     then it is no attempt
         * @param again how long until the first of them may be probed; zero when nothing is known
         */
        void exhausted(Evidence why, boolean tried, Duration again);
    }

    private HostWalk(
            Router router,
            Connector connector,
            HostMemory memory,
            TlsMemory tlsMemory,
            EgressSource source,
            int port,
            SessionOptions.Tls tls,
            Route.Hosts route,
            Outcome outcome) {
        this.router = router;
        this.connector = connector;
        this.memory = memory;
        this.tlsMemory = tlsMemory;
        this.source = source;
        this.port = port;
        this.tls = tls;
        this.site = route.site();
        this.hosts = new ArrayDeque<>(route.hosts());
        this.outcome = outcome;
    }

    /** What every walk of a server has in common. */
    public record Terrain(
            Router router,
            Connector connector,
            HostMemory memory,
            TlsMemory tlsMemory,
            int port,
            SessionOptions.Tls tls) {}

    /**
     * Starts a walk; its outcome is reported once.
     *
     * @param tls where the destination has a rule of its own
     */
    public static void start(
            Terrain terrain,
            Optional<DeliveryTls> tls,
            EgressSource source,
            Route.Hosts route,
            Outcome outcome) {
        new HostWalk(
                        terrain.router(),
                        terrain.connector(),
                        terrain.memory(),
                        terrain.tlsMemory(),
                        source,
                        terrain.port(),
                        tls.map(HostWalk::tls).orElse(terrain.tls()),
                        route,
                        outcome)
                .next();
    }

    /** How a setting is said to the dialogue. */
    public static SessionOptions.Tls tls(DeliveryTls setting) {
        return switch (setting) {
            case OPPORTUNISTIC -> SessionOptions.Tls.OFFERED;
            case REQUIRED -> SessionOptions.Tls.REQUIRED;
            case NONE -> SessionOptions.Tls.NEVER;
        };
    }

    private void next() {
        try {
            goOn();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** A bug ends the walk; its outcome is still reported to the caller. */
    private void failed(Throwable bug) {
        log.error("failed to find a host of {}", site, bug);
        last =
                new Evidence.Failed(
                        Stage.CONNECT,
                        Fault.CONNECTION_REFUSED,
                        "Facteur failed to connect to a host of " + site + ": " + bug);
        addressesTried = ADDRESSES;
        exhausted();
    }

    private void goOn() {
        Candidate candidate = candidates.poll();
        if (addressesTried >= ADDRESSES || sessionsTried >= SESSIONS) {
            exhausted();
        } else if (candidate != null) {
            visit(candidate);
        } else if (hosts.isEmpty() && !lastResort.isEmpty()) {
            contact(lastResort.remove());
        } else if (hosts.isEmpty()) {
            exhausted();
        } else {
            Route.MxHost host = hosts.remove();
            CompletableFuture<Void> _ =
                    router.addresses(host.name())
                            .thenAccept(addresses -> found(host.name(), addresses))
                            .exceptionally(
                                    failure -> {
                                        failed(failure);
                                        return null;
                                    });
        }
    }

    private void exhausted() {
        if (isTold) {
            return;
        }
        isTold = true;
        boolean tried = addressesTried > 0 || again.isEmpty();
        outcome.exhausted(last, tried, again.orElse(Duration.ZERO));
    }

    private void passOver(Evidence why, Duration time) {
        last = why;
        again = again.filter(other -> other.compareTo(time) < 0).or(() -> Optional.of(time));
    }

    private void found(String host, HostAddresses addresses) {
        switch (addresses) {
            case HostAddresses.Usable(var usable, int forbidden) -> {
                interleaved(usable)
                        .forEach(address -> candidates.add(new Candidate(host, address)));
                if (usable.isEmpty() && forbidden > 0) {
                    last =
                            new Evidence.Failed(
                                    Stage.CONNECT,
                                    Fault.FORBIDDEN_ADDRESS,
                                    "host "
                                            + host
                                            + " has only private or loopback addresses, which"
                                            + " delivery.allow_networks does not allow");
                } else if (usable.isEmpty()) {
                    last =
                            new Evidence.Failed(
                                    Stage.DNS,
                                    Fault.NO_ADDRESS,
                                    "host " + host + " has no address");
                }
            }
            case HostAddresses.Unknown(String detail) ->
                    last = new Evidence.Failed(Stage.DNS, Fault.DNS_FAILURE, detail);
            case HostAddresses.Unanswered(String detail) ->
                    passOver(
                            new Evidence.Failed(Stage.DNS, Fault.DNS_FAILURE, detail),
                            Router.ASK_AGAIN);
        }
        next();
    }

    /**
     * IPv6 and IPv4 by turns (RFC 8305 4): where one of them leads nowhere, the second address is
     * tried and not the fifth.
     */
    static List<InetAddress> interleaved(List<InetAddress> addresses) {
        Deque<InetAddress> six = new ArrayDeque<>();
        Deque<InetAddress> four = new ArrayDeque<>();
        addresses.forEach(address -> (address instanceof Inet6Address ? six : four).add(address));
        List<InetAddress> order = new ArrayList<>(addresses.size());
        while (!six.isEmpty() || !four.isEmpty()) {
            Optional.ofNullable(six.poll()).ifPresent(order::add);
            Optional.ofNullable(four.poll()).ifPresent(order::add);
        }
        return order;
    }

    private void visit(Candidate candidate) {
        if (memory.isAvoided(candidate.address())) {
            lastResort.add(candidate);
            next();
        } else {
            contact(candidate);
        }
    }

    private void contact(Candidate candidate) {
        granted(candidate).ifPresentOrElse(this::connect, this::next);
    }

    /** Empty when an address is of no use to this source, or is to be left alone for a time. */
    private Optional<Candidate> granted(Candidate candidate) {
        boolean wrongFamily =
                source.address().isPresent()
                        && source.address().get().getClass() != candidate.address().getClass();
        if (wrongFamily) {
            return Optional.empty();
        }
        return switch (memory.ask(way(candidate.address()))) {
            case HostMemory.Leave.Granted(boolean probe) -> Optional.of(candidate.granted(probe));
            case HostMemory.Leave.Down(Evidence why, Duration time) -> {
                passOver(why, time);
                yield Optional.empty();
            }
        };
    }

    private HostMemory.Way way(InetAddress address) {
        return new HostMemory.Way(source.address(), address);
    }

    /** How an address is talked to; those of one host that are tried together are alike. */
    private record Contact(SessionOptions.Tls tls, boolean helo) {}

    private Contact how(Candidate candidate) {
        return new Contact(how(candidate.host()), memory.isHeloOnly(candidate.address()));
    }

    private SessionOptions.Tls how(String host) {
        if (tls != SessionOptions.Tls.OFFERED) {
            return tls;
        }
        return switch (tlsMemory.choice(host)) {
            case OFFERED -> SessionOptions.Tls.OFFERED;
            case EXPECTED -> SessionOptions.Tls.EXPECTED;
            case CLEAR -> SessionOptions.Tls.NEVER;
        };
    }

    /** Connects to an address, and to those that follow it of the same host if it is silent. */
    private void connect(Candidate candidate) {
        Contact how = how(candidate);
        List<Candidate> rivals = new ArrayList<>(List.of(candidate));
        while (addressesTried + rivals.size() < ADDRESSES
                && !candidates.isEmpty()
                && candidates.peek().host().equals(candidate.host())) {
            Candidate rival = candidates.remove();
            if (memory.isAvoided(rival.address())) {
                lastResort.add(rival);
            } else if (!how(rival).equals(how)) {
                candidates.addFirst(rival);
                break;
            } else {
                granted(rival).ifPresent(rivals::add);
            }
        }
        connect(rivals, how);
    }

    private void connect(List<Candidate> rivals, Contact how) {
        connector.connect(
                rivals.getFirst().host(),
                rivals.stream().map(rival -> new InetSocketAddress(rival.address(), port)).toList(),
                source.address(),
                new SessionOptions(source.ehlo(), how.tls(), site, how.helo()),
                new Visit(rivals, how));
    }

    /** Listens until the session is ready, then hands over. */
    private final class Visit implements Connector.SessionListener {
        // Those that have neither failed nor been overtaken.
        private final List<Candidate> rivals;
        private final Contact how;
        private Candidate candidate;
        private boolean hungUpOnEhlo;
        private Connector.SessionListener next = this;
        private boolean over;

        Visit(List<Candidate> rivals, Contact how) {
            this.rivals = new ArrayList<>(rivals);
            this.candidate = rivals.getFirst();
            this.how = how;
        }

        @Override
        public void unreachable(InetSocketAddress address, Evidence why) {
            for (Candidate rival : List.copyOf(rivals)) {
                if (rival.address().equals(address.getAddress())) {
                    rivals.remove(rival);
                    if (isOurs(why)) {
                        release(rival);
                    } else {
                        memory.failed(way(rival.address()), rival.probe(), why);
                    }
                }
            }
            addressesTried += isOurs(why) ? 0 : 1;
            last = why;
        }

        @Override
        public void connected(InetSocketAddress address) {
            addressesTried++;
            while (!rivals.getFirst().address().equals(address.getAddress())) {
                Candidate overtaken = rivals.removeFirst();
                addressesTried++;
                memory.avoid(overtaken.address(), HostMemory.OVERTAKEN);
                release(overtaken);
                lastResort.add(overtaken);
            }
            candidate = rivals.removeFirst();
            rivals.forEach(this::release);
            rivals.reversed().forEach(candidates::addFirst);
        }

        private void release(Candidate rival) {
            memory.released(way(rival.address()), rival.probe());
        }

        private boolean isHandedOver() {
            return !next.equals(this);
        }

        @Override
        public void ready(Connector.OutboundSession session) {
            if (!isHandedOver()) {
                memory.worked(way(candidate.address()));
                if (!session.tls().isEmpty()) {
                    tlsMemory.worked(candidate.host(), session.tls());
                } else if (how.tls() == SessionOptions.Tls.NEVER
                        && tls != SessionOptions.Tls.NEVER) {
                    tlsMemory.wentInClear();
                }
                next = outcome.ready(session);
            }
            next.ready(session);
        }

        @Override
        public void unusable(Evidence why) {
            last = why;
            if (isOurs(why)) {
                outcome.exhausted(why, false, OURS_AGAIN);
                return;
            }
            if (why.stage() == Stage.CONNECT) {
                next(); // each address was reported
                return;
            }
            if (hungUpOnEhlo) {
                connect(List.of(candidate), new Contact(how.tls(), true));
                return;
            }
            if (isAboutTls(why)) {
                tlsMemory.failed(candidate.host(), why.toString());
                if (tlsMemory.choice(candidate.host()) == TlsRecord.Choice.CLEAR) {
                    connect(List.of(candidate), new Contact(SessionOptions.Tls.NEVER, how.helo()));
                    return;
                }
            } else if (!takesNoMail(why)) {
                sessionsTried++;
            }
            memory.failed(way(candidate.address()), candidate.probe(), why);
            next();
        }

        /** No other host can be connected to either, and no recipient was tried. */
        private static boolean isOurs(Evidence why) {
            return why instanceof Evidence.Failed(_, Fault fault, _) && fault == Fault.NO_SOCKET;
        }

        /** RFC 7504, RFC 5321 3.1: this host takes no mail from us, or none at all; others may. */
        private static boolean takesNoMail(Evidence why) {
            return why instanceof Evidence.Answered(Stage stage, Reply reply)
                    && stage == Stage.BANNER
                    && (reply.code() == 521 || reply.code() == 554);
        }

        /** A reply to STARTTLS that ends the session (421) says nothing about TLS. */
        private boolean isAboutTls(Evidence why) {
            boolean opportunistic =
                    how.tls() == SessionOptions.Tls.OFFERED
                            || how.tls() == SessionOptions.Tls.EXPECTED;
            boolean closing =
                    why instanceof Evidence.Answered(_, Reply reply) && reply.code() == 421;
            return opportunistic && why.stage() == Stage.STARTTLS && !closing;
        }

        @Override
        public void reported(Connector.OutboundSession session, List<RecipientResult> results) {
            next.reported(session, results);
        }

        @Override
        public void returned(Connector.OutboundSession session, Evidence why) {
            next.returned(session, why);
        }

        @Override
        public Habits habits(Connector.OutboundSession session, boolean behind) {
            return memory.habits().of(candidate.address(), this, behind);
        }

        @Override
        public void learnt(Connector.OutboundSession session, HostObservation hostObservation) {
            if (hostObservation instanceof HostObservation.KnowsOnlyHelo) {
                hungUpOnEhlo = true;
                memory.knowsOnlyHelo(candidate.address());
            } else {
                memory.habits().learnt(candidate.address(), hostObservation);
            }
        }

        @Override
        public void closed(Connector.OutboundSession session) {
            if (isHandedOver()) {
                if (!over) {
                    over = true;
                    memory.habits().ended(candidate.address(), this);
                    memory.ended(way(candidate.address()));
                }
                next.closed(session);
            }
        }
    }
}
