package facteur.tracker.engagement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Token;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

class HitPolicyTest {
    private static final RecipientId ANNE = new RecipientId(new MailId(7), 1);
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final InetAddress HOME = InetAddress.ofLiteral("198.51.100.7");
    private static final String BROWSER =
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static HitPolicy policy(TrackingMode mode) {
        return policy(new HitContext(Optional.empty(), mode));
    }

    private static HitPolicy policy(HitContext known) {
        RobotRules rules = RobotRules.shipped();
        return new HitPolicy(() -> rules, tokens -> Collections.nCopies(tokens.size(), known));
    }

    private static Hit hit(Token token, Duration after) {
        return new Hit(token, NOON.plus(after), HOME, BROWSER, false, false, false);
    }

    private static Hit hit(Token token) {
        return hit(token, Duration.ZERO);
    }

    private static Token.Click link(int link) {
        return new Token.Click(ANNE, link, "https://shop.example/" + link);
    }

    private static List<Event> all(HitPolicy policy, List<Hit> hits) {
        List<Event> events = new ArrayList<>();
        hits.forEach(hit -> events.addAll(policy.events(List.of(hit))));
        events.addAll(policy.rest());
        return events;
    }

    @Test
    void equal_hits_of_a_minute_are_the_first_and_one_more_with_their_count() {
        HitPolicy policy = policy(TrackingMode.FULL);
        Token open = new Token.Open(ANNE);
        assertEquals(1, policy.events(List.of(hit(open))).size());
        for (int second = 1; second <= 5; second++) {
            assertTrue(
                    policy.events(List.of(hit(open, Duration.ofSeconds(second * 10L)))).isEmpty());
        }
        List<Event> later = policy.events(List.of(hit(open, Duration.ofSeconds(61))));
        assertEquals(2, later.size());
        EngagementEvent.Opened folded = (EngagementEvent.Opened) later.getFirst();
        assertEquals(4, folded.repeats()); // one and four more: five behind the first
        assertEquals(NOON, folded.at());
        assertTrue(folded.reasons().contains("repeat"));
        assertEquals(0, ((EngagementEvent.Opened) later.getLast()).repeats());
    }

    @Test
    void equal_hits_that_come_at_once_are_counted_too() {
        HitPolicy policy = policy(TrackingMode.FULL);
        Hit open = hit(new Token.Open(ANNE));
        assertEquals(1, policy.events(List.of(open, open, open)).size());
        EngagementEvent.Opened folded = (EngagementEvent.Opened) policy.rest().getFirst();
        assertEquals(1, folded.repeats());
    }

    @Test
    void of_a_reader_who_opts_out_nothing_is_recorded_in_any_mode() {
        for (TrackingMode mode : TrackingMode.values()) {
            Hit optedOut = new Hit(new Token.Open(ANNE), NOON, HOME, BROWSER, false, false, true);
            assertEquals(List.of(), all(policy(mode), List.of(optedOut)));
        }
    }

    @Test
    void the_mode_at_the_time_of_the_hit_says_how_much_is_recorded() {
        List<Hit> hits = List.of(hit(new Token.Open(ANNE)), hit(link(2)), hit(link(3)));
        assertEquals(3, all(policy(TrackingMode.FULL), hits).size());
        assertEquals(
                List.of(
                        new ReadershipEvent.Counted(
                                ANNE.message(), NOON, ReadershipEvent.Counted.PIXEL, "", false, 1),
                        new ReadershipEvent.Counted(
                                ANNE.message(), NOON, 2, "https://shop.example/2", false, 1),
                        new ReadershipEvent.Counted(
                                ANNE.message(), NOON, 3, "https://shop.example/3", false, 1)),
                all(policy(TrackingMode.AGGREGATE), hits));
        Event today = new EngagementEvent.Seen(ANNE, Instant.parse("2026-11-26T00:00:00Z"));
        assertEquals(List.of(today, today, today), all(policy(TrackingMode.HYGIENE), hits));
        assertEquals(List.of(), all(policy(TrackingMode.OFF), hits));
    }

    @Test
    void hits_without_names_are_summed_up_each_second() {
        HitPolicy policy = policy(TrackingMode.FULL);
        Token open = new Token.AnonymousOpen(ANNE.message());
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            InetAddress reader = InetAddress.ofLiteral("198.51.100." + i);
            hits.add(new Hit(open, NOON.plusMillis(i * 50L), reader, BROWSER, false, false, false));
        }
        List<Event> events = all(policy, hits);
        assertEquals(1, events.size());
        assertEquals(10, ((ReadershipEvent.Counted) events.getFirst()).hits());
    }

    @Test
    void three_links_within_a_second_are_a_machines_backwards_too() {
        List<Event> events =
                all(
                        policy(TrackingMode.FULL),
                        List.of(
                                hit(link(1)),
                                hit(link(2), Duration.ofMillis(300)),
                                hit(link(3), Duration.ofMillis(900))));
        EngagementEvent.Revised revised = (EngagementEvent.Revised) events.getLast();
        assertEquals(NOON, revised.from());
        assertEquals(NOON.plusMillis(900), revised.until());
        // Known well before a click counts as settled.
        assertTrue(revised.at().isBefore(NOON.plus(EngagementEvent.SETTLE)));
    }

    @Test
    void who_opens_within_two_seconds_of_the_delivery_is_probably_a_machine() {
        HitPolicy policy =
                policy(new HitContext(Optional.of(NOON.minusSeconds(1)), TrackingMode.FULL));
        EngagementEvent.Opened soon =
                (EngagementEvent.Opened)
                        policy.events(List.of(hit(new Token.Open(ANNE)))).getFirst();
        assertEquals(Audience.PROBABLE_MACHINE, soon.audience());
        EngagementEvent.Clicked later =
                (EngagementEvent.Clicked)
                        policy.events(List.of(hit(link(1), Duration.ofSeconds(2)))).getFirst();
        assertEquals(Audience.HUMAN, later.audience());
    }

    private static EngagementEvent.Clicked clicked(
            HitPolicy policy, String source, int link, Duration after) {
        InetAddress client = InetAddress.ofLiteral(source);
        Hit hit = new Hit(link(link), NOON.plus(after), client, BROWSER, false, false, false);
        return (EngagementEvent.Clicked) policy.events(List.of(hit)).getFirst();
    }

    @Test
    void a_click_from_a_cloud_soon_after_the_delivery_is_probably_a_machines_and_a_later_one_not() {
        HitPolicy policy = policy(new HitContext(Optional.of(NOON), TrackingMode.FULL));
        for (String source : List.of("20.42.1.2", "40.94.29.84")) {
            EngagementEvent.Clicked soon = clicked(policy, source, 1, Duration.ofSeconds(10));
            assertEquals(Audience.PROBABLE_MACHINE, soon.audience());
            assertTrue(soon.reasons().contains("microsoft-cloud"), soon::toString);
        }
        assertEquals(
                Audience.HUMAN,
                clicked(policy, "198.51.100.7", 2, Duration.ofSeconds(10)).audience(),
                "from elsewhere");
        // Who comes back when scanners are done is a person, who may sit at a remote desktop.
        assertEquals(
                Audience.HUMAN, clicked(policy, "20.42.1.2", 3, Duration.ofSeconds(31)).audience());
    }

    @Test
    void a_click_from_a_cloud_before_the_delivery_is_known_is_probably_a_machines() {
        HitPolicy policy = policy(TrackingMode.FULL);
        assertEquals(
                Audience.PROBABLE_MACHINE,
                clicked(policy, "20.42.1.2", 1, Duration.ZERO).audience());
        // An open is no click: pictures are loaded for people, too.
        Hit open =
                new Hit(
                        new Token.Open(ANNE),
                        NOON,
                        InetAddress.ofLiteral("20.42.1.2"),
                        BROWSER,
                        false,
                        false,
                        false);
        assertEquals(
                Audience.HUMAN,
                ((EngagementEvent.Opened) policy.events(List.of(open)).getFirst()).audience());
    }

    @Test
    void one_who_comes_back_from_a_cloud_at_leisure_sits_there_and_is_told_once() {
        HitPolicy policy = policy(new HitContext(Optional.of(NOON), TrackingMode.FULL));
        assertEquals(
                List.of(),
                recognised(policy, "20.42.1.2", link(1), Duration.ofSeconds(10)),
                "probably a machine");
        assertEquals(
                List.of(),
                recognised(policy, "20.42.1.2", new Token.Open(ANNE), Duration.ofSeconds(11)),
                "still within the time of scanners");
        assertEquals(
                List.of(),
                recognised(policy, "198.51.100.7", new Token.Open(ANNE), Duration.ofMinutes(5)),
                "a person elsewhere tells nothing about who clicked");
        assertEquals(
                List.of(
                        new EngagementEvent.Recognised(
                                ANNE, NOON.plusSeconds(360), "microsoft-cloud")),
                recognised(policy, "20.42.200.9", new Token.Open(ANNE), Duration.ofMinutes(6)));
        assertEquals(List.of(), recognised(policy, "40.94.29.84", link(2), Duration.ofMinutes(7)));
    }

    @Test
    void before_the_delivery_is_known_nobody_is_recognised() {
        assertEquals(
                List.of(),
                recognised(
                        policy(TrackingMode.FULL),
                        "20.42.1.2",
                        new Token.Open(ANNE),
                        Duration.ofHours(1)));
    }

    private static List<Event> recognised(
            HitPolicy policy, String source, Token token, Duration after) {
        InetAddress client = InetAddress.ofLiteral(source);
        return policy
                .events(
                        List.of(
                                new Hit(
                                        token,
                                        NOON.plus(after),
                                        client,
                                        BROWSER,
                                        false,
                                        false,
                                        false)))
                .stream()
                .filter(EngagementEvent.Recognised.class::isInstance)
                .toList();
    }

    @Test
    void a_sweep_from_a_cloud_makes_a_machine_certain() {
        HitPolicy policy = policy(new HitContext(Optional.of(NOON), TrackingMode.FULL));
        List<Event> events = new ArrayList<>();
        for (int link = 1; link <= 3; link++) {
            Duration after = Duration.ofSeconds(10).plusMillis(link * 100L);
            events.addAll(
                    policy.events(
                            List.of(
                                    new Hit(
                                            link(link),
                                            NOON.plus(after),
                                            InetAddress.ofLiteral("20.42.1.2"),
                                            BROWSER,
                                            false,
                                            false,
                                            false))));
        }
        EngagementEvent.Revised revised = (EngagementEvent.Revised) events.getLast();
        assertEquals(NOON.plusMillis(10_100), revised.from());
    }

    @Test
    void networks_with_people_in_them_are_never_certain_and_say_where_they_are_from() {
        for (RobotRules.NetworkRule rule : RobotRules.shipped().networks()) {
            assertTrue(rule.source().contains("https://"), rule.id());
            assertTrue(
                    rule.within().isEmpty() || rule.audience() == Audience.PROBABLE_MACHINE,
                    rule.id());
        }
        assertTrue(
                RobotRules.shipped().agents().stream()
                        .anyMatch(rule -> rule.words().contains("lwp::")),
                "a word that YAML reads as a mapping, unless it is quoted");
        String certain =
                """
                date: 2026-11-30
                agents: []
                networks:
                  - { id: x, audience: machine, within: 30s, date: 2026-11-30, ranges: [20.42.0.0/16] }
                """;
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> RobotRules.read(certain, "robots.yaml"));
        assertTrue(String.valueOf(refused.getMessage()).contains("probable_machine"));
    }

    @Test
    void networks_that_nobody_looked_at_for_half_a_year_are_named() {
        RobotRules rules = RobotRules.shipped();
        LocalDate looked = rules.networks().getFirst().date();
        assertEquals(List.of(), rules.stale(looked.plusDays(180)));
        assertEquals(List.of(rules.networks().getFirst()), rules.stale(looked.plusDays(181)));
        assertEquals(rules.networks(), rules.stale(looked.plusDays(400)));
    }
}
