package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mta.queue.owner.VirtualOwner;
import facteur.mta.queue.schedule.QueueKey;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.queue.schedule.Whereabouts;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.routing.Resolver;
import facteur.mta.routing.Route;
import facteur.mta.routing.Router;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Questions to a DNS that answers when it is told to. */
class LookupsTest {
    private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

    private final VirtualOwner owner = new VirtualOwner(START);
    private final Map<String, CompletableFuture<Resolver.Answer<Resolver.Mx>>> asked =
            new LinkedHashMap<>();
    private final List<String> answered = new ArrayList<>();
    private final Lookups lookups =
            new Lookups(
                    new Router(
                            new Slow(),
                            Set.of(),
                            new AddressPolicy(List.of()),
                            new Random(1),
                            owner::nanos),
                    owner,
                    new Answers(),
                    new Whereabouts());

    private final class Answers implements Lookups.Listener {
        @Override
        public void routed(List<QueuedRecipient> askers, Route route) {
            answered.add(
                    askers.size()
                            + " at "
                            + (route instanceof Route.Hosts hosts ? hosts.site() : route));
        }

        @Override
        public void failed(List<QueuedRecipient> askers, Throwable bug) {
            answered.add(askers.size() + " failed: " + bug.getMessage());
        }
    }

    private final class Slow implements Resolver {
        @Override
        public CompletableFuture<Answer<Mx>> mx(String domain) {
            CompletableFuture<Answer<Mx>> answer = new CompletableFuture<>();
            asked.put(domain, answer);
            return answer;
        }

        @Override
        public CompletableFuture<Answer<InetAddress>> addresses(String host) {
            throw new AssertionError("routing asks for MX alone");
        }
    }

    private void ask(String domain) {
        lookups.ask(
                new QueuedRecipient(
                        1,
                        0,
                        1,
                        "r",
                        new QueueKey("app", "", domain, "", false),
                        0,
                        0,
                        0,
                        false,
                        (byte) 0,
                        ""));
    }

    private CompletableFuture<Resolver.Answer<Resolver.Mx>> question(String domain) {
        CompletableFuture<Resolver.Answer<Resolver.Mx>> question = asked.remove(domain);
        if (question == null) {
            throw new AssertionError(domain + " was not asked for");
        }
        return question;
    }

    private void answer(String domain) {
        question(domain)
                .complete(
                        new Resolver.Answer.Found<>(
                                List.of(new Resolver.Mx(10, "mx." + domain)), Duration.ofHours(1)));
        runUntil(owner.now());
    }

    private void runUntil(Instant end) {
        while (owner.step(end)) {
            // what was posted is done
        }
    }

    @Test
    void whoever_waits_for_a_domain_waits_for_one_question() {
        for (int i = 0; i < 1000; i++) {
            ask("one.example");
        }
        assertEquals(Set.of("one.example"), asked.keySet());
        assertEquals(1000, lookups.recipients());
        answer("one.example");
        assertEquals(List.of("1000 at mx.one.example"), answered);
        assertEquals(0, lookups.recipients());
        ask("one.example");
        assertEquals("1 at mx.one.example", answered.getLast(), "it is remembered");
    }

    @Test
    void questions_under_way_are_bounded_and_the_others_have_their_turn() {
        for (int i = 0; i < Lookups.AT_ONCE + 100; i++) {
            ask("d" + i + ".example");
            ask("d" + i + ".example");
        }
        assertEquals(Lookups.AT_ONCE, asked.size());
        for (int i = 0; i < Lookups.AT_ONCE + 100; i++) {
            answer("d" + i + ".example");
        }
        assertEquals(Lookups.AT_ONCE + 100, answered.size());
        assertEquals("2 at mx.d599.example", answered.getLast());
        assertEquals(0, lookups.recipients());
    }

    /** Found by NodeSimulationTest: everybody who came afterwards waited for ever. */
    @Test
    void an_outage_is_over_when_the_last_question_fails_for_a_reason_of_ours() {
        ask("one.example");
        question("one.example").complete(new Resolver.Answer.Silent<>("no answer in time"));
        runUntil(START.plusSeconds(2));
        question("one.example").completeExceptionally(new IllegalStateException("a bug"));
        runUntil(START.plusSeconds(10));
        assertEquals(1, answered.size());
        assertEquals(0, lookups.recipients());
        ask("two.example");
        runUntil(START.plusSeconds(20));
        assertEquals(Set.of("two.example"), asked.keySet());
        answer("two.example");
        assertEquals("1 at mx.two.example", answered.getLast());
        assertEquals(Optional.empty(), lookups.outage());
    }
}
