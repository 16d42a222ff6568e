package facteur.tracker.engagement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Token;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** How many events a stranger can have written who has the links of one mail. */
class HitCostTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final RecipientId ANNE = new RecipientId(new MailId(7), 1);
    private static final InetAddress HOME = InetAddress.ofLiteral("198.51.100.7");

    private static HitPolicy policy(TrackingMode mode, long hits) {
        RobotRules rules = RobotRules.shipped();
        HitContext known = new HitContext(Optional.empty(), mode, hits);
        return new HitPolicy(() -> rules, tokens -> Collections.nCopies(tokens.size(), known));
    }

    private static Token.Click link(int link) {
        return new Token.Click(ANNE, link, "https://shop.example/" + link);
    }

    /** A hit of a user agent that nobody had before. */
    private static Hit strange(Token token, int number, long millis) {
        return new Hit(
                token, NOON.plusMillis(millis), HOME, "Browser " + number, false, false, false);
    }

    private static long hits(List<Event> events) {
        long hits = 0;
        for (Event event : events) {
            hits +=
                    switch (event) {
                        case EngagementEvent.Opened e -> 1 + e.repeats();
                        case EngagementEvent.Clicked e -> 1 + e.repeats();
                        case ReadershipEvent.Counted e -> e.hits();
                        case Event _ -> 0;
                    };
        }
        return hits;
    }

    @Test
    void hits_beyond_the_limit_are_counted_and_not_told() {
        HitPolicy policy = policy(TrackingMode.FULL, 0);
        List<Event> events = new ArrayList<>();
        int sent = 500_000; // within about a day
        for (int i = 0; i < sent; i++) {
            events.addAll(policy.events(List.of(strange(new Token.Open(ANNE), i, i * 170L))));
        }
        events.addAll(policy.rest());
        System.out.printf("%,d opens by new agents: %d events%n", sent, events.size());
        assertTrue(events.size() <= RecordedHits.MOST + 20, events.size() + " events");
        assertEquals(sent, hits(events));
        assertEquals(0, policy.uncounted());
        EngagementEvent.Opened last = (EngagementEvent.Opened) events.getLast();
        assertTrue(last.reasons().contains(EngagementEvent.SURPLUS));
    }

    @Test
    void equal_hits_beyond_the_limit_are_counted_too() {
        HitPolicy policy = policy(TrackingMode.FULL, HitPolicy.MOST_OF_A_COPY);
        List<Hit> equal = Collections.nCopies(100, strange(link(1), 1, 0));
        List<Event> events = new ArrayList<>(policy.events(equal));
        events.addAll(policy.events(equal));
        events.addAll(policy.rest());
        assertEquals(1, events.size());
        assertEquals(200, hits(events));
    }

    @Test
    void a_sweep_that_does_not_end_is_revised_once_and_its_hits_are_a_machines() {
        HitPolicy policy = policy(TrackingMode.FULL, 0);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            events.addAll(policy.events(List.of(strange(link(i % 4), i, i))));
        }
        events.addAll(policy.rest());
        long revisions = events.stream().filter(e -> e instanceof EngagementEvent.Revised).count();
        assertEquals(1, revisions);
        assertTrue(events.size() <= 4 * (RecordedHits.MOST + 3) + 1, events.size() + " events");
        assertEquals(10_000, hits(events));
        long people =
                events.stream()
                        .filter(
                                e ->
                                        e instanceof EngagementEvent.Clicked click
                                                && !click.audience().isMachine())
                        .count();
        assertEquals(3, people); // which the revision takes back
    }

    @Test
    void of_a_copy_that_has_a_thousand_hits_already_no_more_are_told_even_after_a_restart() {
        HitPolicy policy = policy(TrackingMode.FULL, HitPolicy.MOST_OF_A_COPY);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            events.addAll(policy.events(List.of(strange(link(i % 10), i, i))));
        }
        events.addAll(policy.rest());
        assertEquals(1_000, hits(events));
        assertTrue(events.size() <= 20, events.size() + " events");
    }

    @Test
    void days_alone_are_recorded_once_a_day_for_each_link() {
        HitPolicy policy = policy(TrackingMode.HYGIENE, 0);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            events.addAll(policy.events(List.of(strange(new Token.Open(ANNE), i, i))));
        }
        assertEquals(1, events.size());
    }

    @Test
    void hits_without_names_are_told_once_a_minute_in_the_end() {
        HitPolicy policy = policy(TrackingMode.FULL, 0);
        Token open = new Token.AnonymousOpen(ANNE.message());
        List<Event> events = new ArrayList<>();
        int sent = 24 * 3600; // one a second, for a day
        for (int i = 0; i < sent; i++) {
            events.addAll(policy.events(List.of(strange(open, i, i * 1_000L))));
        }
        events.addAll(policy.rest());
        System.out.printf("%,d hits without names in a day: %d events%n", sent, events.size());
        assertEquals(sent, hits(events));
        assertTrue(events.size() < 24 * 60 + 200, events.size() + " events");
    }

    @Test
    void more_copies_than_can_be_counted_are_dropped_and_that_is_counted() {
        HitPolicy policy = policy(TrackingMode.FULL, HitPolicy.MOST_OF_A_COPY);
        int copies = SurplusHits.MOST + 1_000;
        for (int i = 0; i < copies; i++) {
            Token open = new Token.Open(new RecipientId(new MailId(100 + i), 0));
            policy.events(List.of(strange(open, i, 0)));
        }
        assertEquals(1_000, policy.uncounted());
    }

    @Test
    void who_is_at_the_limit_stays_there_while_many_others_come() {
        RecordedHits recordedHits = new RecordedHits(1 << 10);
        while (recordedHits.admits(1, RecordedHits.MOST, 0)) {
            // until it is at the limit
        }
        for (int i = 0; i < 100_000; i++) {
            assertTrue(recordedHits.admits(1_000 + 0x9e3779b97f4a7c15L * i, RecordedHits.MOST, 0));
        }
        assertEquals(false, recordedHits.admits(1, RecordedHits.MOST, 0));
    }
}
