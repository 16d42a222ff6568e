package facteur.mta.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.config.DeliveryTls;
import facteur.config.unit.Network;
import facteur.mail.message.Content;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.dialogue.Result;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** In which order hosts and addresses are tried, told by what was tried. */
class HostWalkTest {
    private static final EgressSource ANY =
            new EgressSource("a", Optional.empty(), "out.example", 1);

    /** What an address does; those that are not named cannot be connected to. */
    private enum Conduct {
        READY,
        REFUSES,
        SILENT,
        GREETS_WITH_451,
        BREAKS_TLS
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
    private final HostMemory memory = new HostMemory(() -> 0);

    private String walk(EgressSource source, String... hosts) {
        return walk(source, Optional.empty(), hosts);
    }

    private String walk(EgressSource source, Optional<DeliveryTls> tls, String... hosts) {
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
                        router, new Behaving(), memory, 25, SessionOptions.Tls.OFFERED),
                tls,
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
    void a_host_whose_tls_breaks_is_tried_in_clear_and_remembered_for_days() {
        conduct = Map.of("127.0.0.3", Conduct.BREAKS_TLS);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3", "127.0.0.3 in clear"), tried);
        assertEquals("ready 127.0.0.3", walk(ANY, "two.example"));
        assertEquals(List.of("127.0.0.3 in clear"), tried);
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
                tried.add(text(address) + (inClear ? " in clear" : ""));
                switch (conduct.getOrDefault(text(address), Conduct.REFUSES)) {
                    case READY -> {
                        listener.connected(address);
                        listener.ready(new Session(host, address));
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
                    case REFUSES -> listener.unreachable(address, refused);
                    case SILENT -> {}
                }
            }
            listener.unusable(refused);
        }
    }

    private record Session(String host, InetSocketAddress remote)
            implements Connector.OutboundSession {
        @Override
        public String tls() {
            return "";
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
        public void reported(Connector.OutboundSession session, List<Result> results) {}

        @Override
        public void returned(Connector.OutboundSession session, Evidence why) {}

        @Override
        public void closed(Connector.OutboundSession session) {}
    }
}
