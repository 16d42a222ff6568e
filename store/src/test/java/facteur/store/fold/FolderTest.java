package facteur.store.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.status.Engagement;
import facteur.mail.status.Status;
import facteur.mail.suppression.Suppression;
import facteur.store.Samples;
import facteur.store.journal.Position;
import facteur.store.query.CampaignHour;
import facteur.store.query.HourCounts;
import facteur.store.query.LinkClicks;
import facteur.store.query.MessageRecipient;
import facteur.store.query.PendingRecipient;
import facteur.store.query.RecipientState;
import facteur.store.query.RecipientSums;
import facteur.store.query.SuppressedAddress;
import facteur.store.query.TallyKey;
import facteur.store.view.ViewReader;
import facteur.store.view.Views;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

class FolderTest {
    private static final Address ANNE = Samples.address("anne", "one.example");
    private static final Address BERT = Samples.address("bert", "two.example");
    private static final RecipientId ANNE_1 = new RecipientId(new MailId(1), 0);
    private static final RecipientId BERT_1 = new RecipientId(new MailId(1), 1);
    private static final RecipientId ANNE_2 = new RecipientId(new MailId(2), 0);

    private final SortedRows rows = new SortedRows();
    private final Views views =
            new Views(
                    new ViewReader() {
                        @Override
                        public <T> T read(Function<Rows, T> reading) {
                            return reading.apply(rows);
                        }
                    });

    private void fold(Event... events) {
        fold(rows, List.of(events));
    }

    private static void fold(SortedRows into, List<Event> events) {
        Folder folder = new Folder(into);
        events.forEach(event -> folder.fold(new Position(4096), event));
        folder.finish();
    }

    private static List<Event> story() {
        List<Event> events = new ArrayList<>();
        events.add(Samples.accepted(1, "spring", ANNE, BERT));
        events.add(Samples.accepted(2, "summer", ANNE));
        events.add(Samples.rendered(ANNE_1, 0));
        events.add(Samples.ruled(ANNE_1, 0, 1, Samples.deferred(0)));
        events.add(Samples.ruled(ANNE_1, 400, 2, Samples.deferred(400)));
        events.add(Samples.ruled(ANNE_1, 800, 3, Samples.delivered()));
        events.add(Samples.ruled(BERT_1, 1, 1, Samples.hard()));
        events.add(Samples.ruled(ANNE_2, 5, 1, Samples.delivered()));
        events.add(Samples.opened(ANNE_1, 1, Audience.MACHINE));
        events.add(Samples.opened(ANNE_1, 2, Audience.HUMAN));
        events.add(Samples.clicked(ANNE_1, 3, Audience.HUMAN));
        events.add(Samples.clicked(ANNE_2, 3, Audience.HUMAN));
        events.add(
                new EngagementEvent.Revised(
                        ANNE_2,
                        Samples.NOON.plusSeconds(9000),
                        Samples.NOON,
                        Samples.NOON.plusSeconds(8000),
                        "burst"));
        events.add(Samples.late(ANNE_2, 0));
        events.add(
                new EngagementEvent.Unsubscribed(
                        ANNE_1, Samples.NOON.plusSeconds(7000), "one-click"));
        return events;
    }

    /** With what is told without names, and a refusal to be measured. */
    private static List<Event> tale() {
        List<Event> events = story();
        for (int link : new int[] {1, ReadershipEvent.Counted.PIXEL}) {
            events.add(
                    new ReadershipEvent.Counted(
                            new MailId(1),
                            Samples.NOON.plusMillis(link),
                            link,
                            "https://shop.example/",
                            link == 1,
                            3));
        }
        // Hits of people within and around spans that overlap, touch and hold each other.
        for (int second : new int[] {10, 20, 30, 40, 50, 60, 70}) {
            events.add(Samples.clicked(ANNE_1, second, Audience.HUMAN));
            events.add(Samples.opened(ANNE_1, second, Audience.HUMAN));
        }
        for (int[] span : new int[][] {{15, 25}, {20, 45}, {46, 50}, {38, 39}, {70, 90}}) {
            events.add(
                    new EngagementEvent.Revised(
                            ANNE_1,
                            Samples.NOON.plusSeconds(2000 + span[1]),
                            Samples.NOON.plusSeconds(2000 + span[0]),
                            Samples.NOON.plusSeconds(2000 + span[1]),
                            "burst"));
        }
        // What a rule took for a machine, and then knew for a person; at 42 s it was revised.
        for (int second : new int[] {42, 61, 66}) {
            events.add(probable(ANNE_1, second, "cloud"));
        }
        events.add(probable(ANNE_1, 67, "too-soon"));
        for (int second : new int[] {300, 400}) {
            events.add(
                    new EngagementEvent.Recognised(
                            ANNE_1, Samples.NOON.plusSeconds(2000 + second), "cloud"));
        }
        events.add(new EngagementEvent.TrackingDeclined(ANNE_1, Samples.NOON, "page"));
        events.add(
                new EngagementEvent.TrackingDeclined(ANNE_2, Samples.NOON.plusSeconds(5), "page"));
        return events;
    }

    private static EngagementEvent.Clicked probable(RecipientId id, int second, String rule) {
        return new EngagementEvent.Clicked(
                id,
                Samples.NOON.plusSeconds(2000 + second),
                Audience.PROBABLE_MACHINE,
                Set.of(rule),
                "Chrome",
                1,
                2,
                "https://shop.example/two");
    }

    /** Tables without numbers given out by arrival, such as those of contacts and campaigns. */
    private static final Table[] BY_CONTENT = {
        Table.TIMELINE, Table.SUPPRESSIONS, Table.PENDING, Table.HELD, Table.META
    };

    private static final Table[] EVERYTHING_ELSE =
            Stream.of(Table.values())
                    .filter(table -> table != Table.TIMELINE)
                    .toArray(Table[]::new);

    @Test
    void any_order_and_any_repetition_of_events_gives_the_same_rows() {
        SortedRows inOrder = new SortedRows();
        fold(inOrder, tale());
        for (int seed = 0; seed < 500; seed++) {
            List<Event> shuffled = new ArrayList<>(tale());
            Random random = new Random(seed);
            for (int i = 0; i < 5; i++) {
                shuffled.add(shuffled.get(random.nextInt(shuffled.size())));
            }
            Collections.shuffle(shuffled, random);
            // Contacts and campaigns are numbered as they come: the two messages keep their order.
            int first = shuffled.indexOf(tale().get(0));
            int second = shuffled.indexOf(tale().get(1));
            if (first > second) {
                Collections.swap(shuffled, first, second);
            }
            SortedRows rowsOfSeed = new SortedRows();
            fold(rowsOfSeed, shuffled);
            assertEquals(inOrder.dump(BY_CONTENT), rowsOfSeed.dump(BY_CONTENT), "seed " + seed);
            assertEquals(
                    inOrder.dump(
                            Table.RECIPIENTS,
                            Table.TALLIES,
                            Table.CELLS,
                            Table.BY_STATUS,
                            Table.HOURS,
                            Table.LINKS,
                            Table.READERS,
                            Table.CLICKS,
                            Table.HUMANS,
                            Table.REVISIONS,
                            Table.RECOGNISED,
                            Table.MARKS,
                            Table.CONTACT_MESSAGES),
                    rowsOfSeed.dump(
                            Table.RECIPIENTS,
                            Table.TALLIES,
                            Table.CELLS,
                            Table.BY_STATUS,
                            Table.HOURS,
                            Table.LINKS,
                            Table.READERS,
                            Table.CLICKS,
                            Table.HUMANS,
                            Table.REVISIONS,
                            Table.RECOGNISED,
                            Table.MARKS,
                            Table.CONTACT_MESSAGES),
                    "seed " + seed);
        }
    }

    @Test
    void hits_in_revised_spans_are_a_machines_and_the_others_a_persons() {
        fold(rows, tale());
        Engagement anne = views.messages().recipient(ANNE_1).orElseThrow().state().engagement();
        // Opened at 2, 10 and 60 s; those at 20, 30, 40, 50 and 70 s are revised, that at 1 s was
        // no
        // person's.
        assertEquals(3, anne.humanOpens());
        assertEquals(6, anne.machineOpens());
        // Two of the clicks that a rule took for a machine's are a person's by what came later.
        assertEquals(3 + 2 * 2, anne.humanClicks());
        assertEquals(5 + 2 * 2, anne.machineClicks());
        assertEquals(Samples.NOON.plusSeconds(2066), anne.lastHuman());
        assertEquals(
                List.of(
                        new LinkClicks("https://shop.example/", false, 1, 1, 3, 8 + 3),
                        new LinkClicks("https://shop.example/two", false, 1, 1, 4, 8)),
                views.campaigns().links(1, 10).subList(0, 2));
    }

    @Test
    void a_status_moves_with_the_events() {
        fold(Samples.accepted(1, "spring", ANNE, BERT));
        assertEquals(Status.SENDING, status(ANNE_1));
        fold(Samples.ruled(ANNE_1, 0, 1, Samples.deferred(0)));
        assertEquals(Status.SENDING, status(ANNE_1));
        fold(
                Samples.ruled(ANNE_1, 400, 2, Samples.delivered()),
                Samples.ruled(BERT_1, 1, 1, Samples.hard()));
        assertEquals(Status.SENT, status(ANNE_1));
        assertEquals(Status.HARD_BOUNCE, status(BERT_1));
        fold(Samples.opened(ANNE_1, 1, Audience.MACHINE));
        assertEquals(Status.SENT, status(ANNE_1));
        fold(Samples.opened(ANNE_1, 2, Audience.PROXY));
        assertEquals(Status.OPENED, status(ANNE_1));
        fold(Samples.clicked(ANNE_1, 3, Audience.HUMAN));
        assertEquals(Status.CLICKED, status(ANNE_1));
    }

    @Test
    void how_a_copy_was_made_stands_in_the_timeline_and_changes_nothing_else() {
        fold(Samples.accepted(1, "spring", ANNE, BERT));
        String before = rows.dump(EVERYTHING_ELSE);
        fold(Samples.rendered(ANNE_1, 0), Samples.rendered(ANNE_1, 0));
        assertEquals(before, rows.dump(EVERYTHING_ELSE));
        assertEquals(
                List.of(Samples.rendered(ANNE_1, 0)), views.messages().timeline(ANNE_1).events());
    }

    @Test
    void hours_tell_when_each_recipient_came_as_far_as_he_did() {
        story().forEach(this::fold);
        var hours = views.campaigns().hours(1, Samples.NOON.minus(Duration.ofDays(1)), 100);
        assertEquals(1, hours.size());
        assertEquals(Samples.NOON, hours.getFirst().begin());
        assertEquals(new HourCounts(1, 1, 1, 1, 1, 1), hours.getFirst().counts());
        // The second message was delivered and clicked by a robot; then it came back.
        var other = views.campaigns().hours(2, Samples.NOON, 100);
        assertEquals(
                List.of(new HourCounts(0, 1, 0, 0, 0, 0)),
                other.stream().map(CampaignHour::counts).toList());
        assertTrue(
                views.campaigns().hours(1, Samples.NOON.plus(Duration.ofHours(1)), 100).isEmpty());
    }

    @Test
    void links_count_people_once_and_robots_apart() {
        story().forEach(this::fold);
        fold(
                Samples.clicked(ANNE_1, 4, Audience.HUMAN),
                Samples.clicked(BERT_1, 5, Audience.MACHINE));
        assertEquals(
                List.of(new LinkClicks("https://shop.example/", false, 1, 2, 2, 3)),
                views.campaigns().links(1, 10));
        assertEquals(
                List.of(new LinkClicks("https://shop.example/", false, 0, 1, 0, 1)),
                views.campaigns().links(2, 10));
    }

    @Test
    void links_that_lead_each_recipient_elsewhere_are_one_that_varies() {
        fold(Samples.accepted(1, "spring", ANNE, BERT));
        for (RecipientId id : List.of(ANNE_1, BERT_1)) {
            fold(
                    new EngagementEvent.Clicked(
                            id,
                            Samples.NOON.plusSeconds(3000),
                            Audience.HUMAN,
                            java.util.Set.of(),
                            "Chrome",
                            0,
                            4,
                            "https://shop.example/" + id));
        }
        LinkClicks link = views.campaigns().links(1, 10).getFirst();
        assertEquals("https://shop.example/" + ANNE_1, link.target());
        assertTrue(link.varies());
        assertEquals(2, link.people());
    }

    private Status status(RecipientId id) {
        return views.messages().recipient(id).orElseThrow().state().status(false);
    }

    @Test
    void only_what_is_owed_is_pending() {
        fold(Samples.accepted(1, "spring", ANNE, BERT));
        assertEquals(2, views.queue().pending(Optional.empty(), 10).size());
        fold(
                Samples.ruled(ANNE_1, 0, 1, Samples.deferred(0)),
                Samples.ruled(BERT_1, 1, 1, Samples.hard()));
        List<PendingRecipient> pending = views.queue().pending(Optional.empty(), 10);
        assertEquals(1, pending.size());
        assertEquals(ANNE, pending.getFirst().address());
        assertEquals(Samples.NOON.plusSeconds(1300), pending.getFirst().nextTry());
        assertEquals(1, pending.getFirst().attempts());
    }

    @Test
    void who_is_owed_a_delivery_is_known_to_have_met_a_host_or_not() {
        fold(Samples.accepted(1, "spring", ANNE, BERT));
        DeliveryEvent.Ruled met = Samples.ruled(ANNE_1, 0, 1, Samples.deferred(0));
        fold(new DeliveryEvent.Ruled(ANNE_1, met.at(), 1, Samples.deferred(0), Optional.empty()));
        assertEquals(List.of(false, false), handed());
        fold(Samples.ruled(ANNE_1, 400, 2, Samples.deferred(400)));
        assertEquals(List.of(true, false), handed());
        // And so it stays where a later try comes as far as no host.
        fold(
                new DeliveryEvent.Ruled(
                        ANNE_1,
                        met.at().plusSeconds(800),
                        3,
                        Samples.deferred(800),
                        Optional.empty()));
        assertEquals(List.of(true, false), handed());
    }

    private List<Boolean> handed() {
        return views.queue().pending(Optional.empty(), 10).stream()
                .map(PendingRecipient::handed)
                .toList();
    }

    @Test
    void a_hard_bounce_suppresses_with_its_evidence_until_it_is_lifted() {
        fold(
                Samples.accepted(1, "spring", ANNE, BERT),
                Samples.ruled(BERT_1, 1, 1, Samples.hard()));
        List<Suppression> holding =
                views.suppressions()
                        .find(BERT.key())
                        .orElseThrow()
                        .holding(Samples.NOON.plusSeconds(90_000));
        assertEquals(SuppressionCause.HARD_BOUNCE, holding.getFirst().cause());
        assertEquals(Optional.of(BERT_1), holding.getFirst().evidence());
        assertTrue(
                holding.getFirst().because().contains("no such user"),
                holding.getFirst().because());
        fold(
                new OperatorEvent.Unsuppressed(
                        BERT, Samples.NOON.plusSeconds(80_000), "eva", "typo at their side"));
        assertTrue(
                views.suppressions()
                        .find(BERT.key())
                        .orElseThrow()
                        .holding(Samples.NOON.plusSeconds(90_000))
                        .isEmpty());
    }

    @Test
    void a_domain_that_was_not_found_stands_until_a_message_is_delivered_there() {
        fold(
                Samples.accepted(1, "spring", ANNE),
                Samples.accepted(2, "summer", ANNE),
                Samples.ruled(
                        ANNE_1,
                        1,
                        1,
                        new Disposition.HardBounce(
                                new BounceClass(BounceCategory.BAD_DOMAIN, "fault-no-such-domain"),
                                new Evidence.Failed(
                                        Stage.DNS, Fault.NO_SUCH_DOMAIN, "no such domain"))));
        SuppressedAddress row = views.suppressions().find(ANNE.key()).orElseThrow();
        assertEquals(
                List.of(SuppressionCause.BAD_DOMAIN),
                row.standing().entries().stream().map(Suppression::cause).toList());
        fold(
                new OperatorEvent.Suppressed(
                        ANNE,
                        Samples.NOON.plusSeconds(5000),
                        "eva",
                        SuppressionCause.MANUAL,
                        new SuppressionScope.All(),
                        Optional.empty(),
                        "asked"),
                Samples.ruled(ANNE_2, 6, 1, Samples.deferred(6)));
        assertEquals(
                2,
                views.suppressions().find(ANNE.key()).orElseThrow().standing().entries().size(),
                "a deferral proves nothing");
        fold(Samples.ruled(ANNE_2, 600, 2, Samples.delivered()));
        assertEquals(
                List.of(SuppressionCause.MANUAL),
                views.suppressions().find(ANNE.key()).orElseThrow().standing().entries().stream()
                        .map(Suppression::cause)
                        .toList(),
                "what else stands about the address stays");
    }

    @Test
    void of_each_host_the_latest_of_a_kind_is_kept_whatever_the_order() {
        HostEvent.TlsWorked early = new HostEvent.TlsWorked("mx1.example", Samples.NOON, "a");
        HostEvent.TlsWorked late =
                new HostEvent.TlsWorked("mx1.example", Samples.NOON.plusSeconds(9), "b");
        HostEvent.TlsFailed failed =
                new HostEvent.TlsFailed(
                        "mx1.example", Samples.NOON.plusSeconds(5), Samples.NOON, 3, true, "x");
        HostEvent.TlsWorked other =
                new HostEvent.TlsWorked("mx2.example", Samples.NOON.plusSeconds(1), "c");
        fold(late, failed, early, other);
        assertEquals(List.of(other, failed, late), views.queue().hosts());
    }

    @Test
    void five_soft_bounces_over_fifteen_days_suppress_and_a_delivery_in_between_forgives() {
        for (int i = 0; i < 5; i++) {
            fold(Samples.accepted(100 + i, "c" + i, ANNE));
            fold(
                    Samples.ruled(
                            new RecipientId(new MailId(100 + i), 0),
                            (int) Duration.ofDays(4L * i).toSeconds(),
                            1,
                            Samples.soft(BounceCategory.MAILBOX_FULL)));
            boolean suppressed = views.suppressions().find(ANNE.key()).isPresent();
            assertEquals(i == 4, suppressed, "after " + (i + 1));
        }
        Suppression held =
                views.suppressions().find(ANNE.key()).orElseThrow().standing().entries().getFirst();
        assertEquals(SuppressionCause.REPEATED_SOFT_BOUNCES, held.cause());
        RecipientState last =
                views.messages().recipient(held.evidence().orElseThrow()).orElseThrow().state();
        assertEquals(last.reply(), held.why(), "the reply that filled the measure");
        assertEquals(last.rule(), held.rule());
        for (int i = 0; i < 5; i++) {
            fold(Samples.accepted(200 + i, "d" + i, BERT));
            fold(
                    Samples.ruled(
                            new RecipientId(new MailId(200 + i), 0),
                            (int) Duration.ofDays(4L * i).toSeconds(),
                            1,
                            i == 2
                                    ? Samples.delivered()
                                    : Samples.soft(BounceCategory.MAILBOX_FULL)));
        }
        assertTrue(views.suppressions().find(BERT.key()).isEmpty());
    }

    @Test
    void sums_follow_every_change_and_lists_hold_just_whom_they_count() {
        fold(rows, story());
        long spring = views.campaigns().find("spring").orElseThrow().id();
        RecipientSums tally = views.campaigns().sums(new TallyKey.Campaign(spring));
        assertEquals(2, tally.tally(false).recipients());
        assertEquals(1, tally.tally(false).delivered());
        assertEquals(1, tally.tally(false).hard());
        assertEquals(1, tally.tally(false).clickers());
        assertEquals(1, tally.tally(false).openers());
        assertEquals(1, tally.tally(false).unsubscribed());
        for (Status status : Status.values()) {
            for (boolean robots : new boolean[] {false, true}) {
                List<MessageRecipient> listed =
                        views.campaigns()
                                .recipients(spring, robots, List.of(status), Optional.empty(), 10);
                assertEquals(tally.showing(status, robots), listed.size(), status + " " + robots);
            }
        }
    }

    @Test
    void pages_of_a_list_follow_each_other_without_gap_or_repetition() {
        for (int i = 1; i <= 25; i++) {
            fold(Samples.accepted(i, "spring", Samples.address("u" + i, "one.example")));
            if (i % 2 == 0) {
                fold(Samples.ruled(new RecipientId(new MailId(i), 0), i, 1, Samples.delivered()));
            }
        }
        long spring = views.campaigns().find("spring").orElseThrow().id();
        List<RecipientId> seen = new ArrayList<>();
        Optional<MessageRecipient> last = Optional.empty();
        List<MessageRecipient> page;
        do {
            page =
                    views.campaigns()
                            .recipients(
                                    spring, false, List.of(Status.SENT, Status.SENDING), last, 4);
            page.forEach(recipient -> seen.add(recipient.id()));
            last = page.isEmpty() ? last : Optional.of(page.getLast());
        } while (!page.isEmpty());
        assertEquals(25, seen.size());
        assertEquals(25, seen.stream().distinct().count());
    }

    @Test
    void a_contact_shows_his_best_engagement_in_each_campaign() {
        fold(rows, story());
        long anne = views.contacts().find(ANNE.key()).orElseThrow().id();
        long bert = views.contacts().find(BERT.key()).orElseThrow().id();
        long spring = views.campaigns().find("spring").orElseThrow().id();
        long summer = views.campaigns().find("summer").orElseThrow().id();
        List<List<Optional<Status>>> cells =
                views.contacts().cells(List.of(anne, bert), List.of(spring, summer), false);
        assertEquals(
                List.of(Optional.of(Status.CLICKED), Optional.of(Status.HARD_BOUNCE)),
                cells.get(0));
        assertEquals(List.of(Optional.of(Status.HARD_BOUNCE), Optional.empty()), cells.get(1));
    }
}
