package facteur.store.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.AddressKey;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.SuppressionCause;
import facteur.mail.outcome.SuppressionScope;
import facteur.mail.smtp.Reply;
import facteur.store.Samples;
import facteur.store.journal.Position;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class SuppressionImportTest {
    private static final Instant NOON = Samples.NOON;

    private SortedRows rows = new SortedRows();

    private void fold(Event... events) {
        Folder folder = new Folder(rows);
        for (Event event : events) {
            folder.fold(new Position(4096), event);
        }
        folder.finish();
    }

    private static OperatorEvent.ImportStaged part(long id, int part) {
        return new OperatorEvent.ImportStaged(
                id,
                part,
                NOON,
                "anna",
                IntStream.range(0, 3)
                        .mapToObj(
                                i ->
                                        new OperatorEvent.Imported(
                                                Samples.address("p" + part + i, "x.example"),
                                                SuppressionCause.COMPLAINT,
                                                new SuppressionScope.All(),
                                                Optional.empty(),
                                                Optional.empty(),
                                                ""))
                        .toList());
    }

    private static OperatorEvent.ImportCommitted commit(long id, int parts) {
        return new OperatorEvent.ImportCommitted(id, parts, 3L * parts, NOON, "anna", "old list");
    }

    private int suppressed() {
        int[] count = {0};
        rows.scan(
                Table.SUPPRESSIONS,
                new byte[0],
                (key, value) -> {
                    count[0] +=
                            SuppressionRow.decode(new AddressKey(Keys.name(key)), value)
                                    .holding(NOON)
                                    .size();
                    return true;
                });
        return count[0];
    }

    @Test
    void parts_mean_nothing_until_they_are_committed_and_then_hold_together() {
        fold(part(5, 0), part(5, 1));
        assertEquals(0, suppressed());
        assertEquals(2, SuppressionImport.staged(rows, 5));
        fold(commit(5, 2));
        assertEquals(6, suppressed());
        fold(part(5, 0), part(5, 1), commit(5, 2));
        assertEquals(6, suppressed());
    }

    @Test
    void a_commit_that_is_folded_before_its_parts_holds_as_well() {
        fold(commit(5, 2), part(5, 0), part(5, 1));
        assertEquals(6, suppressed());
    }

    @Test
    void parts_of_an_import_that_was_given_up_are_dropped_by_the_next() {
        fold(part(4, 0), part(5, 0), commit(5, 1));
        assertEquals(3, suppressed());
        assertEquals(0, SuppressionImport.staged(rows, 4));
    }

    @Test
    void a_hard_bounce_that_is_doubted_suppresses_nobody_in_whatever_order_it_is_told() {
        RecipientId id = new RecipientId(new MailId(1), 0);
        Event accepted = Samples.accepted(1, "spring", Samples.address("anne", "one.example"));
        Event bounced =
                new DeliveryEvent.Ruled(
                        id,
                        NOON,
                        1,
                        new Disposition.HardBounce(
                                new BounceClass(BounceCategory.BAD_MAILBOX, "user-unknown"),
                                new Evidence.Answered(Stage.RCPT, Reply.of(550, "user unknown"))),
                        Optional.empty());
        Event doubted =
                new FeedbackEvent.HardBounceReverted(
                        id, NOON.plusSeconds(1), "one", "user unknown");
        for (List<Event> order :
                List.of(
                        List.of(accepted, bounced, doubted),
                        List.of(doubted, bounced, accepted),
                        List.of(accepted, doubted, bounced))) {
            rows = new SortedRows();
            fold(order.toArray(Event[]::new));
            assertEquals(0, suppressed(), order.toString());
        }
        rows = new SortedRows();
        fold(accepted, bounced);
        assertTrue(suppressed() > 0);
    }
}
