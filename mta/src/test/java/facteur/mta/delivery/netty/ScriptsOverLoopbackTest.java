package facteur.mta.delivery.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.outcome.Evidence;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.Scenario;
import facteur.mta.delivery.dialogue.Habits;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.trace.Trace;
import facteur.testkit.smtp.ScriptedServer;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Every script over a connection: {@code dialogue.ScriptsTest} plays the same without. */
class ScriptsOverLoopbackTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration IMPATIENT = Duration.ofMillis(100);

    private static final MultiThreadIoEventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @BeforeAll
    static void tlsIsLoaded() throws Exception {
        connector(UnaryOperator.identity());
    }

    @AfterAll
    static void close() {
        LOOPS.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    static List<Scenario> scenarios() throws Exception {
        return Scenario.all();
    }

    private static NettyConnector connector(UnaryOperator<Duration> patience) throws Exception {
        return new NettyConnector(
                LOOPS,
                NioSocketChannel.class,
                new Trace(java.time.InstantSource.system()),
                patience);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void the_client_does_what_the_script_says(Scenario scenario) throws Exception {
        try (ScriptedServer server = ScriptedServer.play(scenario.script())) {
            Owner owner = new Owner(scenario);
            UnaryOperator<Duration> patience =
                    scenario.impatient() ? _ -> IMPATIENT : UnaryOperator.identity();
            connector(patience)
                    .connect(
                            "scripted.lab",
                            List.of(server.address()),
                            Optional.empty(),
                            scenario.options(),
                            owner);
            server.verify(SOON);
            owner.over.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertEquals(scenario.outcomes(), owner.outcomes);
        }
    }

    /** Hands over the transactions of a scenario, and notes what comes of them. */
    private static final class Owner implements Connector.SessionListener {
        private final Scenario scenario;
        private final Deque<Transaction> left;
        private final Deque<Boolean> ahead;
        private final Deque<Transaction> underWay = new ArrayDeque<>();
        private final List<String> outcomes = new ArrayList<>();
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        Owner(Scenario scenario) {
            this.scenario = scenario;
            this.left = new ArrayDeque<>(scenario.transactions());
            this.ahead = new ArrayDeque<>(scenario.ahead());
        }

        @Override
        public void ready(Connector.OutboundSession session) {
            if (!underWay.isEmpty()) {
                return; // one was given ahead in the meantime
            }
            if (left.isEmpty()) {
                session.finish();
            } else {
                assign(session);
                ahead(session);
            }
        }

        private void assign(Connector.OutboundSession session) {
            ahead.remove();
            underWay.add(left.peek());
            session.assign(left.remove(), scenario.content());
        }

        private void ahead(Connector.OutboundSession session) {
            if (underWay.size() == 1 && !ahead.isEmpty() && ahead.peek()) {
                assign(session);
            }
        }

        @Override
        public void unusable(Evidence why) {
            outcomes.add("unusable " + Scenario.told(why));
            over.complete(null);
        }

        @Override
        public void reported(Connector.OutboundSession session, List<RecipientResult> results) {
            outcomes.addAll(Scenario.told(underWay.remove(), results));
            session.recorded();
            ahead(session);
        }

        @Override
        public void returned(Connector.OutboundSession session, Evidence why) {
            outcomes.addAll(Scenario.returned(underWay.remove(), why));
        }

        @Override
        public Habits habits(Connector.OutboundSession session, boolean behind) {
            return scenario.habits();
        }

        @Override
        public void learnt(Connector.OutboundSession session, HostObservation hostObservation) {
            outcomes.add(Scenario.told(hostObservation));
        }

        @Override
        public void closed(Connector.OutboundSession session) {
            over.complete(null);
        }
    }
}
