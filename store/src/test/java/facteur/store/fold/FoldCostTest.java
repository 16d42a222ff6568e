package facteur.store.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.status.Status;
import facteur.store.Samples;
import facteur.store.codec.EventCodec;
import facteur.store.journal.Position;
import facteur.store.query.LinkClicks;
import facteur.store.query.RecipientState;
import facteur.store.query.Timeline;
import facteur.store.view.ViewReader;
import facteur.store.view.Views;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What one event, and one question, costs when somebody made one history long. */
class FoldCostTest {
    private static final Address ANNE = Samples.address("anne", "one.example");
    private static final RecipientId ANNE_1 = new RecipientId(new MailId(1), 0);
    private static final int LONG = 30_000;

    private final CountingRows rows = new CountingRows(new SortedRows());
    private final Views views =
            new Views(
                    new ViewReader() {
                        @Override
                        public <T> T read(Function<Rows, T> reading) {
                            return reading.apply(rows);
                        }
                    });

    private static Instant at(int hit) {
        return Samples.NOON.plusSeconds(5000).plusMillis(100L * hit);
    }

    private static EngagementEvent.Clicked click(int hit, Audience audience) {
        return new EngagementEvent.Clicked(
                ANNE_1, at(hit), audience, Set.of(), "a", 0, hit % 4, "https://shop.example/");
    }

    private static EngagementEvent.Revised revised(int from, int until) {
        return new EngagementEvent.Revised(ANNE_1, at(until), at(from), at(until), "burst");
    }

    /** Folds one event as a batch of its own, and answers how many rows that touched. */
    private long cost(Event event) {
        long before = rows.touched();
        Folder folder = new Folder(rows);
        folder.fold(new Position(4096), event);
        folder.finish();
        return rows.touched() - before;
    }

    private void delivered() {
        cost(Samples.accepted(1, "spring", ANNE));
        cost(Samples.ruled(ANNE_1, 1, 1, Samples.delivered()));
    }

    private long worstOfLongHistory() {
        long worst = 0;
        for (int i = 0; i < LONG; i++) {
            worst = Math.max(worst, cost(click(i, Audience.HUMAN)));
            if (i % 4 == 3) {
                worst = Math.max(worst, cost(revised(i - 3, i)));
            }
        }
        return worst;
    }

    @Test
    void no_click_and_no_revision_costs_more_for_what_came_before() {
        delivered();
        long worst = worstOfLongHistory();
        System.out.printf("%,d clicks, all revised: %d rows for one event%n", LONG, worst);
        assertTrue(worst <= 60, worst + " rows for one event");
        RecipientState row = views.messages().recipient(ANNE_1).orElseThrow().state();
        assertEquals(0, row.engagement().humanClicks());
        assertEquals(LONG, row.engagement().machineClicks());
        assertEquals(Instant.EPOCH, row.engagement().lastHuman());
        assertEquals(Status.SENT, row.status(false));
        LinkClicks link = views.campaigns().links(1, 10).getFirst();
        assertEquals(new LinkClicks("https://shop.example/", false, 0, 1, 0, LONG / 4), link);
    }

    @Test
    void a_revision_reads_only_where_none_has_read_before() {
        delivered();
        for (int i = 0; i < 2_000; i++) {
            cost(click(i, Audience.HUMAN));
        }
        long first = cost(revised(0, 1_000));
        long again = 0;
        for (int i = 0; i < 1_000; i += 10) {
            again = Math.max(again, cost(revised(i, 1_000)));
        }
        System.out.printf("1,001 hits revised: %d rows, and again: %d%n", first, again);
        assertTrue(again <= 30, again + " rows to revise again what is revised");
        assertEquals(
                999,
                views.messages()
                        .recipient(ANNE_1)
                        .orElseThrow()
                        .state()
                        .engagement()
                        .humanClicks());
    }

    @Test
    void a_hard_bounce_behind_a_long_history_costs_what_any_other_does() {
        delivered();
        long early = cost(Samples.late(ANNE_1, 0));
        worstOfLongHistory();
        long late = cost(Samples.late(ANNE_1, 1));
        assertTrue(late <= early + 10, late + " rows, " + early + " without the history");
        assertTrue(views.messages().hasReport(ANNE_1, "<report@mx.example>"));
    }

    @Test
    void reports_of_one_recipient_are_enough_some_day() {
        delivered();
        for (int i = 0; i < 49; i++) {
            cost(noted(i));
            assertFalse(views.messages().hasManyReports(ANNE_1), i + " more");
        }
        cost(noted(49));
        assertTrue(views.messages().hasManyReports(ANNE_1));
    }

    private static FeedbackEvent noted(int number) {
        return new FeedbackEvent.Noted(
                ANNE_1, Samples.NOON, "auto_reply", "away", "<" + number + "@mx.example>");
    }

    @Test
    void a_bounce_is_doubted_whichever_comes_first() {
        FeedbackEvent.HardBounceReverted doubted =
                new FeedbackEvent.HardBounceReverted(
                        ANNE_1, Samples.NOON.plusSeconds(6000), "mx.example", "gone");
        for (boolean first : new boolean[] {true, false}) {
            cost(Samples.accepted(1, "spring", ANNE));
            cost(first ? doubted : Samples.late(ANNE_1, 0));
            cost(first ? Samples.late(ANNE_1, 0) : doubted);
            boolean suppressed =
                    views.suppressions().find(ANNE.key()).stream()
                            .flatMap(row -> row.standing().entries().stream())
                            .anyMatch(entry -> entry.cause() == SuppressionCause.HARD_BOUNCE);
            assertEquals(false, suppressed, "doubted first: " + first);
        }
    }

    @Test
    void a_page_of_a_long_timeline_reads_a_page_and_the_pages_hold_every_event_once() {
        delivered();
        worstOfLongHistory();
        List<Event> seen = new ArrayList<>();
        Optional<String> next = Optional.empty();
        long most = 0;
        do {
            long before = rows.touched();
            Timeline page = views.messages().timeline(ANNE_1, next, 100);
            most = Math.max(most, rows.touched() - before);
            seen.addAll(page.events());
            next = page.next();
        } while (next.isPresent());
        assertTrue(most <= 202, most + " rows for a page of 100");
        assertEquals(1 + LONG + LONG / 4, seen.size());
        assertEquals(seen.size(), Set.copyOf(seen).size());
        assertEquals(
                seen.stream().map(Event::at).sorted().toList(),
                seen.stream().map(Event::at).toList());
    }

    @Test
    void what_a_contact_shows_in_a_campaign_is_told_by_its_latest_messages() {
        for (int i = 1; i <= 1_000; i++) {
            cost(Samples.accepted(i, "spring", ANNE));
        }
        cost(click(0, Audience.HUMAN)); // of the oldest
        long contact = views.contacts().find(ANNE.key()).orElseThrow().id();
        long before = rows.touched();
        assertEquals(
                List.of(List.of(Optional.of(Status.SENDING))),
                views.contacts().cells(List.of(contact), List.of(1L), false));
        assertTrue(rows.touched() - before <= 201, rows.touched() - before + " rows");
    }

    /** Folds a part of an event as a batch of its own; empty when it is done with it. */
    private static boolean part(Rows rows, Event event) {
        Folder folder = new Folder(rows);
        boolean done = folder.fold(new Position(4096), event, EventCodec.encode(event));
        folder.finish();
        return done;
    }

    private static void written(Rows rows, int messages) {
        Folder folder = new Folder(rows);
        for (int id = 1; id <= messages; id++) {
            RecipientId anne = new RecipientId(new MailId(id), 0);
            folder.fold(new Position(4096), Samples.accepted(id, "spring", ANNE));
            folder.fold(new Position(4096), Samples.ruled(anne, 1, 1, Samples.delivered()));
            folder.fold(new Position(4096), Samples.opened(anne, 2, Audience.HUMAN));
        }
        folder.finish();
    }

    @Test
    void what_forgets_a_long_history_is_folded_in_parts_and_comes_to_the_same() {
        int messages = 5_000;
        for (Event event :
                List.of(
                        new OperatorEvent.Erased(1, Samples.NOON, "op", "asked"),
                        new OperatorEvent.Expired(
                                new MailId(messages),
                                new MailId(messages / 2),
                                Samples.NOON,
                                "x"))) {
            SortedRows whole = new SortedRows();
            written(whole, messages);
            Folder folder = new Folder(whole);
            folder.fold(new Position(4096), event);
            folder.finish();
            SortedRows inParts = new SortedRows();
            CountingRows counting = new CountingRows(inParts);
            written(counting, messages);
            int parts = 0;
            long worst = 0;
            boolean done;
            do {
                long before = counting.touched();
                done = part(counting, event);
                worst = Math.max(worst, counting.touched() - before);
                parts++;
            } while (!done);
            System.out.printf(
                    "%s of %,d messages: %d parts, of at most %,d rows%n",
                    event.getClass().getSimpleName(), messages, parts, worst);
            assertEquals(whole.dump(Table.values()), inParts.dump(Table.values()));
            assertTrue(parts >= messages / Forgetting.PART, parts + " parts");
            assertTrue(worst <= 40L * Forgetting.PART, worst + " rows in a part");
        }
    }
}
