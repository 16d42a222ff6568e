package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.BounceClass;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mail.status.Status;
import facteur.store.journal.FileOpener;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.query.Queries;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class StoreTest {
    private static final Address ANNE = Samples.address("anne", "one.example");
    private static final RecipientId ANNE_1 = new RecipientId(new MailId(1), 0);

    @TempDir private Path directory;

    private Store open() throws Exception {
        return Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
    }

    @Test
    void what_was_appended_shows_in_the_views_soon_and_after_a_restart() throws Exception {
        try (Store store = open()) {
            store.journal()
                    .append(
                            List.of(
                                    new JournalEntry.Message(
                                            Samples.accepted(1, "spring", ANNE),
                                            List.of(),
                                            new byte[10])))
                    .join();
            Position position =
                    store.journal().append(Samples.ruled(ANNE_1, 1, 1, Samples.delivered())).join();
            store.suppressions()
                    .ahead(
                            Samples.address("typo", "gone.example").key(),
                            facteur.mail.suppression.SuppressionPolicy.hardBounce(
                                    ANNE_1,
                                    Samples.NOON,
                                    new BounceClass(BounceCategory.BAD_DOMAIN, "r"),
                                    new Evidence.Failed(
                                            Stage.DNS, Fault.NO_SUCH_DOMAIN, "no such domain")),
                            position);
            assertTrue(
                    store.suppressions()
                            .find(
                                    Samples.address("typo", "gone.example").key(),
                                    "app",
                                    false,
                                    Samples.NOON.plusSeconds(9000))
                            .isEmpty(),
                    "the next mail asks the DNS itself");
            store.awaitFolded(position, Duration.ofSeconds(10));
            assertEquals(
                    Status.SENT,
                    store.views().messages().recipient(ANNE_1).orElseThrow().state().status(false));
            store.journal()
                    .append(
                            Samples.clicked(
                                    ANNE_1, 1, facteur.mail.event.EngagementEvent.Audience.HUMAN))
                    .join();
        }
        try (Store store = open()) {
            assertEquals(
                    Status.CLICKED,
                    store.views().messages().recipient(ANNE_1).orElseThrow().state().status(false));
            assertTrue(store.views().queue().pending(Optional.empty(), 10).isEmpty());
            assertEquals(2, store.views().messages().timeline(ANNE_1).events().size());
        }
    }

    @Test
    void questions_that_are_asked_together_see_one_instant() throws Exception {
        try (Store store = open()) {
            append(store, 1);
            List<Integer> seen =
                    store.read(
                            now -> {
                                int before = messages(now);
                                append(store, 2);
                                return List.of(before, messages(now), messages(store.views()));
                            });
            assertEquals(List.of(1, 1, 2), seen);
        }
    }

    private static int messages(Queries queries) {
        return queries.messages().page(Optional.empty(), 10).size();
    }

    private static void append(Store store, long id) {
        Position position =
                store.journal()
                        .append(
                                List.of(
                                        new JournalEntry.Message(
                                                Samples.accepted(id, "spring", ANNE),
                                                List.of(),
                                                new byte[10])))
                        .join()
                        .getLast();
        try {
            assertTrue(store.awaitFolded(position, Duration.ofSeconds(10)));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void of_one_moment_how_a_copy_was_made_is_told_before_what_became_of_it() throws Exception {
        try (Store store = open()) {
            Position last = Position.START;
            for (int second = 0; second < 20; second++) {
                store.journal().append(Samples.ruled(ANNE_1, second, 1, Samples.hard())).join();
                last = store.journal().append(Samples.rendered(ANNE_1, second)).join();
            }
            store.awaitFolded(last, Duration.ofSeconds(10));
            List<Event> told = store.views().messages().timeline(ANNE_1).events();
            for (int i = 0; i < told.size(); i += 2) {
                assertTrue(told.get(i) instanceof DeliveryEvent.Rendered, told.toString());
            }
            assertEquals(40, told.size());
        }
    }

    @Test
    void a_suppression_blocks_before_it_is_folded_and_after() throws Exception {
        try (Store store = open()) {
            store.journal()
                    .append(
                            List.of(
                                    new JournalEntry.Message(
                                            Samples.accepted(1, "spring", ANNE),
                                            List.of(),
                                            new byte[10])))
                    .join();
            Position position =
                    store.journal().append(Samples.ruled(ANNE_1, 1, 1, Samples.hard())).join();
            store.suppressions()
                    .ahead(
                            ANNE.key(),
                            facteur.mail.suppression.SuppressionPolicy.hardBounce(
                                    ANNE_1,
                                    Samples.NOON,
                                    new BounceClass(BounceCategory.BAD_MAILBOX, "r"),
                                    new Evidence.Answered(Stage.RCPT, Reply.of(550, "no"))),
                            position);
            assertTrue(
                    store.suppressions()
                            .find(ANNE.key(), "app", false, Samples.NOON.plusSeconds(9000))
                            .isPresent());
            store.awaitFolded(position, Duration.ofSeconds(10));
            assertTrue(
                    store.suppressions()
                            .find(ANNE.key(), "app", false, Samples.NOON.plusSeconds(9000))
                            .isPresent());
        }
    }
}
