package facteur.mta.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.DeliveryTls;
import facteur.config.unit.Network;
import facteur.mail.event.HostEvent;
import facteur.mail.message.Content;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.egress.EgressSource;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Route;
import facteur.mta.routing.Router;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** In which order hosts and addresses are tried, told by what was tried. */
class HostWalkTest {
    private static final EgressSource ANY =
            new EgressSource("a", Optional.empty(), "out.example", 1);

    /** What an address does; those that are not named cannot be connected to. */
    private enum Conduct {
        READY,
        REFUSES,
        NOT_BEGUN,
        SILENT,
        GREETS_WITH_451,
        BREAKS_TLS,
        DOES_TLS,
        REFUSES_STARTTLS,
        TAKES_NO_MAIL,
        HANGS_UP_ON_EHLO,
        HANGS
    }

    private final List<String> tried = new ArrayList<>();
    private final Map<String, List<String>> addresses =
            Map.of(
                    "one.example", List.of("127.0.0.1", "::1", "127.0.0.2"),
                    "two.example", List.of("127.0.0.3"),
                    "many.example",
                            List.of(
                                    "127.0.1.1",
                                    "127.0.1.2",
                                    "127.0.1.3",
                                    "127.0.1.4",
                                    "127.0.1.5",
                                    "127.0.1.6",
                                    "127.0.1.7"));
    private Map<String, Conduct> conduct = Map.of();
    private long nanos;
    private final HostMemory memory = new HostMemory(() -> nanos);
    private final List<HostEvent> recorded = new ArrayList<>();
    private TlsMemory tls = tlsMemory();

    private Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }

    /** As after a restart: what was recorded is all that is known. */
    private TlsMemory tlsMemory() {
        return new TlsMemory(this::now, recorded::add, List.copyOf(recorded));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private String walk(EgressSource source, String... hosts) {
        return walk(source, Optional.empty(), hosts);
    }

    private String walk(EgressSource source, Optional<DeliveryTls> rule, String... hosts) {
        tried.clear();
        List<Route.MxHost> route = new ArrayList<>();
        for (String host : hosts) {
            route.add(new Route.MxHost(route.size(), host));
        }
        Router router =
                new Router(
                        new Known(),
                        Set.of(),
                        new AddressPolicy(
                                List.of(
                                        Network.parse("127.0.0.0/8").orElseThrow(),
                                        Network.parse("::1/128").orElseThrow())),
                        new Random(1),
                        () -> 0);
        StringBuilder end = new StringBuilder();
        HostWalk.start(
                new HostWalk.Terrain(
                        router, new Behaving(), memory, tls, 25, SessionOptions.Tls.OFFERED),
                rule,
                source,
                new Route.Hosts("site", route),
                new HostWalk.Outcome() {
                    @Override
                    public Connector.SessionListener ready(Connector.OutboundSession session) {
                        end.append("ready ").append(text(session.remote()));
                        return new Deaf();
                    }

                    @Override
                    public void exhausted(Evidence why, boolean tried, Duration again) {
                        end.append(tried ? "exhausted " : "not tried for " + again + ": ")
                                .append(Scenario.told(why));
                    }
                });
        return end.toString();
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress().replace("0:0:0:0:0:0:0:1", "::1");
    }

    @Test
    void families_take_turns_and_the_first_that_answers_is_used() {
        conduct = Map.of("::1", Conduct.READY, "127.0.0.1", Conduct.READY);
        assertEquals("ready ::1", walk(ANY, "one.example", "two.example"));
        assertEquals(List.of("::1"), tried);
    }

    @Test
    void an_address_that_was_overtaken_comes_last_for_a_while() {
        conduct = Map.of("::1", Conduct.SILENT, "127.0.0.1", Conduct.READY);
        assertEquals("ready 127.0.0.1", walk(ANY, "one.example"));
        assertEquals(List.of("::1", "127.0.0.1"), tried);
        assertEquals("ready 127.0.0.1", walk(ANY, "one.example"));
        assertEquals(List.of("127.0.0.1"), tried, "nobody waits for it again");
    }

    @Test
    void the_next_host_is_tried_when_all_addresses_of_one_refuse_and_they_are_remembered() {
        conduct = Map.of("127.0.0.3", Conduct.READY);
        assertEquals("ready 127.0.0.3", walk(ANY, "one.example", "two.example"));
        assertEquals(List.of("::1", "127.0.0.1", "127.0.0.2", "127.0.0.3"), tried);
        assertEquals("ready 127.0.0.3", walk(ANY, "one.example", "two.example"));
        assertEquals(List.of("127.0.0.3"), tried);
    }

    @Test
    void a_walk_that_contacts_nobody_is_no_attempt_and_says_when_to_come_again() {
        assertEquals("exhausted CONNECT CONNECTION_REFUSED", walk(ANY, "two.example"));
        assertEquals("not tried for PT2S: CONNECT CONNECTION_REFUSED", walk(ANY, "two.example"));
        assertEquals(List.of(), tried);
        nanos += Duration.ofSeconds(2).toNanos();
        assertEquals("exhausted CONNECT CONNECTION_REFUSED", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3"), tried, "a probe");
        assertEquals("not tried for PT4S: CONNECT CONNECTION_REFUSED", walk(ANY, "two.example"));
        nanos += Duration.ofSeconds(4).toNanos();
        conduct = Map.of("127.0.0.3", Conduct.READY);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
    }

    @Test
    void a_connection_that_we_cannot_begin_is_no_attempt_and_no_fault_of_the_host() {
        conduct = Map.of("127.0.0.3", Conduct.NOT_BEGUN);
        assertEquals(
                "not tried for PT10S: CONNECT NO_SOCKET", walk(ANY, "two.example", "one.example"));
        assertEquals(List.of("127.0.0.3"), tried, "no other host is tried in vain");
        conduct = Map.of("127.0.0.3", Conduct.READY);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"), "nothing is remembered of it");
    }

    @Test
    void the_first_that_may_be_probed_is_waited_for() {
        assertEquals("exhausted CONNECT CONNECTION_REFUSED", walk(ANY, "two.example"));
        nanos += Duration.ofSeconds(1).toNanos();
        assertEquals("exhausted CONNECT CONNECTION_REFUSED", walk(ANY, "one.example"));
        assertEquals(
                "not tried for PT1S: CONNECT CONNECTION_REFUSED",
                walk(ANY, "one.example", "two.example"));
    }

    @Test
    void while_one_walk_probes_a_host_the_others_pass_it_over() {
        walk(ANY, "two.example");
        nanos += Duration.ofSeconds(2).toNanos();
        conduct = Map.of("127.0.0.3", Conduct.HANGS);
        assertEquals("", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3"), tried);
        assertEquals("not tried for PT1S: CONNECT CONNECTION_REFUSED", walk(ANY, "two.example"));
        assertEquals(List.of(), tried);
        nanos += HostMemory.PROBE.toNanos();
        assertEquals("", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3"), tried);
    }

    @Test
    void a_host_without_address_beside_one_that_is_down_is_no_attempt() {
        walk(ANY, "two.example");
        assertEquals(
                "not tried for PT2S: DNS NO_ADDRESS", walk(ANY, "two.example", "nowhere.example"));
        assertEquals("exhausted DNS NO_ADDRESS", walk(ANY, "nowhere.example"));
    }

    @Test
    void a_resolver_that_does_not_answer_is_no_attempt() {
        assertEquals("not tried for PT15S: DNS DNS_FAILURE", walk(ANY, "unanswered.example"));
    }

    @Test
    void hosts_that_take_no_mail_are_passed_over_however_many_they_are() {
        conduct =
                Map.of(
                        "::1",
                        Conduct.TAKES_NO_MAIL,
                        "127.0.0.1",
                        Conduct.TAKES_NO_MAIL,
                        "127.0.0.2",
                        Conduct.TAKES_NO_MAIL,
                        "127.0.0.3",
                        Conduct.READY);
        assertEquals("ready 127.0.0.3", walk(ANY, "one.example", "two.example"));
        assertEquals(4, tried.size());
        conduct = Map.of("127.0.0.3", Conduct.TAKES_NO_MAIL);
        pass(Duration.ofMinutes(1));
        assertEquals("exhausted BANNER 521 no mail", walk(ANY, "two.example"));
    }

    @Test
    void a_host_that_hangs_up_on_ehlo_is_greeted_with_helo_and_remembered() {
        conduct = Map.of("127.0.0.3", Conduct.HANGS_UP_ON_EHLO);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3", "127.0.0.3 with HELO"), tried);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3 with HELO"), tried);
    }

    @Test
    void a_source_connects_within_its_own_family() {
        conduct = Map.of("127.0.0.2", Conduct.READY);
        EgressSource four =
                new EgressSource(
                        "a", Optional.of(InetAddress.ofLiteral("127.0.0.9")), "out.example", 1);
        assertEquals("ready 127.0.0.2", walk(four, "one.example"));
        assertEquals(List.of("127.0.0.1", "127.0.0.2"), tried);
    }

    @Test
    void five_addresses_are_enough_and_two_greetings() {
        assertEquals("exhausted CONNECT CONNECTION_REFUSED", walk(ANY, "many.example"));
        assertEquals(5, tried.size());
        conduct =
                Map.of(
                        "127.0.1.6",
                        Conduct.GREETS_WITH_451,
                        "127.0.1.7",
                        Conduct.GREETS_WITH_451,
                        "::1",
                        Conduct.GREETS_WITH_451,
                        "127.0.0.3",
                        Conduct.READY);
        assertEquals(
                "exhausted BANNER 451 later",
                walk(ANY, "many.example", "one.example", "two.example"));
        assertEquals(List.of("127.0.1.6", "127.0.1.7"), tried);
    }

    @Test
    void after_a_host_whose_tls_breaks_comes_the_next_and_never_clear_text() {
        conduct = Map.of("127.0.0.3", Conduct.BREAKS_TLS, "::1", Conduct.READY);
        assertEquals("ready ::1", walk(ANY, "two.example", "one.example"));
        assertEquals(List.of("127.0.0.3", "::1"), tried);
        assertEquals("TLS fails, 1 tries", told());
    }

    @Test
    void two_hosts_whose_tls_breaks_do_not_keep_the_third_from_its_turn() {
        conduct =
                Map.of(
                        "::1",
                        Conduct.BREAKS_TLS,
                        "127.0.0.1",
                        Conduct.BREAKS_TLS,
                        "127.0.0.3",
                        Conduct.READY);
        assertEquals("ready 127.0.0.3", walk(ANY, "one.example", "two.example"));
    }

    @Test
    void a_new_host_whose_tls_breaks_is_sent_to_in_clear_after_an_hour_and_three_tries() {
        conduct = Map.of("127.0.0.3", Conduct.BREAKS_TLS);
        for (int minutes : List.of(0, 1, 20, 30)) {
            pass(Duration.ofMinutes(minutes));
            assertEquals("exhausted STARTTLS TLS_FAILURE", walk(ANY, "two.example"));
            assertEquals(List.of("127.0.0.3"), tried);
        }
        assertEquals(List.of(), tls.inClear());
        pass(Duration.ofMinutes(10));
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3", "127.0.0.3 in clear"), tried);
        assertEquals("TLS fails, 1 tries; TLS fails, 4 tries, in clear", told());
        assertEquals(1, tls.inClear().size());
        assertEquals(1, tls.sessionsInClear());
        assertEquals(5, tls.failures());
        tls = tlsMemory();
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3 in clear"), tried, "remembered over a restart");
        pass(Duration.ofDays(1));
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3", "127.0.0.3 in clear"), tried, "tried once a day");
        pass(Duration.ofDays(1));
        conduct = Map.of("127.0.0.3", Conduct.DOES_TLS);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3"), tried);
        assertEquals(List.of(), tls.inClear());
        assertEquals(
                "TLS fails, 1 tries; TLS fails, 4 tries, in clear; TLS fails, 5 tries, in clear;"
                        + " TLS works",
                told());
    }

    @Test
    void a_host_that_did_tls_within_a_month_is_never_sent_to_in_clear() {
        conduct = Map.of("127.0.0.3", Conduct.DOES_TLS);
        for (int i = 0; i < 1000; i++) {
            assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        }
        assertEquals("TLS works", told(), "one event for a thousand sessions");
        tls = tlsMemory();
        for (Conduct broken : List.of(Conduct.BREAKS_TLS, Conduct.REFUSES_STARTTLS)) {
            conduct = Map.of("127.0.0.3", broken);
            for (int day = 0; day < 14; day++) {
                pass(Duration.ofDays(1));
                assertTrue(walk(ANY, "two.example").startsWith("exhausted STARTTLS"));
                assertEquals(List.of("127.0.0.3"), tried);
            }
        }
        assertEquals(List.of(), tls.inClear());
        for (int hour = 0; hour < 60; hour++) {
            pass(Duration.ofHours(1));
            walk(ANY, "two.example");
        }
        assertEquals(List.of("127.0.0.3 in clear"), tried, "a month later");
    }

    @Test
    void a_host_that_refuses_starttls_and_never_did_tls_is_sent_to_in_clear_as_it_says() {
        conduct = Map.of("127.0.0.3", Conduct.REFUSES_STARTTLS);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3"), tried);
    }

    /** What was recorded of TLS. */
    private String told() {
        return recorded.stream()
                .map(
                        event ->
                                switch (event) {
                                    case HostEvent.TlsWorked _ -> "TLS works";
                                    case HostEvent.TlsFailed failed ->
                                            "TLS fails, "
                                                    + failed.tries()
                                                    + " tries"
                                                    + (failed.inClear() ? ", in clear" : "");
                                })
                .collect(Collectors.joining("; "));
    }

    @Test
    void where_tls_is_required_nothing_goes_in_clear() {
        conduct = Map.of("127.0.0.3", Conduct.BREAKS_TLS);
        assertEquals(
                "exhausted STARTTLS TLS_FAILURE",
                walk(ANY, Optional.of(DeliveryTls.REQUIRED), "two.example"));
        assertEquals(List.of("127.0.0.3"), tried);
    }

    /** Tells addresses as they stand above. */
    private final class Known implements Resolver {
        @Override
        public CompletableFuture<Answer<Mx>> mx(String domain) {
            return CompletableFuture.completedFuture(new Answer.NoData<>());
        }

        @Override
        public CompletableFuture<Answer<InetAddress>> addresses(String host) {
            if (host.startsWith("unanswered")) {
                return CompletableFuture.completedFuture(new Answer.Silent<>("no answer"));
            }
            return CompletableFuture.completedFuture(
                    new Answer.Found<>(
                            addresses.getOrDefault(host, List.of()).stream()
                                    .map(InetAddress::ofLiteral)
                                    .toList(),
                            Duration.ofHours(1)));
        }
    }

    /** Connects as the connector of Netty would, at once. */
    private final class Behaving implements Connector {
        @Override
        public void connect(
                String host,
                List<InetSocketAddress> to,
                Optional<InetAddress> source,
                SessionOptions options,
                SessionListener listener) {
            Evidence refused =
                    new Evidence.Failed(Stage.CONNECT, Fault.CONNECTION_REFUSED, "refused");
            for (InetSocketAddress address : to) {
                boolean inClear = options.tls() == SessionOptions.Tls.NEVER;
                tried.add(
                        text(address)
                                + (inClear ? " in clear" : "")
                                + (options.helo() ? " with HELO" : ""));
                switch (conduct.getOrDefault(text(address), Conduct.REFUSES)) {
                    case READY -> {
                        listener.connected(address);
                        listener.ready(new Session(host, address));
                        return;
                    }
                    case NOT_BEGUN -> {
                        Evidence ours =
                                new Evidence.Failed(
                                        Stage.CONNECT, Fault.NO_SOCKET, "no such address");
                        listener.unreachable(address, ours);
                        listener.unusable(ours);
                        return;
                    }
                    case GREETS_WITH_451 -> {
                        listener.connected(address);
                        listener.unusable(
                                new Evidence.Answered(Stage.BANNER, Reply.of(451, "later")));
                        return;
                    }
                    case BREAKS_TLS -> {
                        listener.connected(address);
                        if (inClear) {
                            listener.ready(new Session(host, address));
                        } else {
                            listener.unusable(
                                    new Evidence.Failed(
                                            Stage.STARTTLS, Fault.TLS_FAILURE, "no handshake"));
                        }
                        return;
                    }
                    case DOES_TLS -> {
                        listener.connected(address);
                        listener.ready(new Session(host, address, "TLSv1.3"));
                        return;
                    }
                    case REFUSES_STARTTLS -> {
                        listener.connected(address);
                        if (options.tls() == SessionOptions.Tls.EXPECTED) {
                            listener.unusable(
                                    new Evidence.Answered(Stage.STARTTLS, Reply.of(454, "no")));
                        } else {
                            listener.ready(new Session(host, address));
                        }
                        return;
                    }
                    case TAKES_NO_MAIL -> {
                        listener.connected(address);
                        listener.unusable(
                                new Evidence.Answered(Stage.BANNER, Reply.of(521, "no mail")));
                        return;
                    }
                    case HANGS_UP_ON_EHLO -> {
                        Session session = new Session(host, address);
                        listener.connected(address);
                        if (options.helo()) {
                            listener.ready(session);
                        } else {
                            listener.learnt(session, new HostObservation.KnowsOnlyHelo());
                            listener.unusable(
                                    new Evidence.Failed(
                                            Stage.EHLO, Fault.CONNECTION_LOST, "closed"));
                        }
                        return;
                    }
                    case HANGS -> {
                        listener.connected(address);
                        return;
                    }
                    case REFUSES -> listener.unreachable(address, refused);
                    case SILENT -> {}
                }
            }
            listener.unusable(refused);
        }
    }

    private record Session(String host, InetSocketAddress remote, String tls)
            implements Connector.OutboundSession {
        Session(String host, InetSocketAddress remote) {
            this(host, remote, "");
        }

        @Override
        public Connector.Offer offer() {
            return new Connector.Offer(1, 1, true, true);
        }

        @Override
        public void assign(Transaction transaction, Content content) {
            throw new AssertionError("nothing was to be sent");
        }

        @Override
        public void recorded() {
            throw new AssertionError("nothing was reported");
        }

        @Override
        public void finish() {}
    }

    private static final class Deaf implements Connector.SessionListener {
        @Override
        public void ready(Connector.OutboundSession session) {}

        @Override
        public void unusable(Evidence why) {}

        @Override
        public void reported(Connector.OutboundSession session, List<RecipientResult> results) {}

        @Override
        public void returned(Connector.OutboundSession session, Evidence why) {}

        @Override
        public void closed(Connector.OutboundSession session) {}
    }
}
