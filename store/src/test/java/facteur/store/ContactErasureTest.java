package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Address;
import facteur.mail.address.AddressKey;
import facteur.mail.event.Event;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.status.Status;
import facteur.store.journal.FileOpener;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;
import facteur.store.query.TallyKey;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

class ContactErasureTest {
    private static final Address ANNE = Samples.address("anne.martin", "one.example");
    private static final RecipientId ANNE_1 = new RecipientId(new MailId(1), 0);
    private static final Instant LATER = Samples.NOON.plus(Duration.ofDays(1));

    @TempDir private Path directory;

    private Store.Options options;

    @BeforeEach
    void directory() {
        options = new Store.Options(directory, 8 << 20, FileOpener.real());
    }

    private static void accept(Store store, long id) {
        store.journal()
                .append(
                        List.of(
                                new JournalEntry.Message(
                                        Samples.accepted(id, "spring", ANNE),
                                        List.of(),
                                        new byte[10])))
                .join();
    }

    private static void tell(Store store, Event... events) throws InterruptedException {
        Position last = Position.START;
        for (Event event : events) {
            last = store.journal().append(event).join();
        }
        assertTrue(store.awaitFolded(last, Duration.ofSeconds(30)));
    }

    @Test
    void a_person_can_see_everything_and_be_forgotten() throws Exception {
        try (Store store = Store.open(options)) {
            accept(store, 1);
            tell(store, Samples.ruled(ANNE_1, 1, 1, Samples.hard()));

            ContactErasure.Dossier dossier =
                    store.people().dossier(ANNE.key(), Optional.empty(), 10).orElseThrow();
            assertEquals(1, dossier.messages().size());
            assertEquals(1, dossier.messages().getFirst().timeline().events().size());
            assertTrue(dossier.suppressions().isPresent());

            var erased =
                    assertInstanceOf(
                            ContactErasure.Erasure.Recorded.class,
                            store.people().erase(ANNE.key(), "op", "asked by mail", LATER));
            assertTrue(store.awaitFolded(erased.position().join(), Duration.ofSeconds(30)));

            assertTrue(store.people().dossier(ANNE.key(), Optional.empty(), 10).isEmpty());
            String address =
                    HexFormat.of().formatHex("anne.martin".getBytes(StandardCharsets.UTF_8));
            assertFalse(
                    store.rows(Dump::of).stream().anyMatch(row -> row.contains(address)),
                    "the address is still in the views");
            // Statistics stay, and so does what forbids to send.
            assertEquals(
                    Status.HARD_BOUNCE,
                    store.views().messages().recipient(ANNE_1).orElseThrow().state().status(false));
            assertEquals(
                    1,
                    store.views().campaigns().sums(new TallyKey.Campaign(1)).tally(false).hard());
            assertTrue(store.suppressions().find(ANNE.key(), "app", true, LATER).isPresent());
            tell(store, new OperatorEvent.Unsuppressed(ANNE, LATER, "op", "came back"));
            assertTrue(store.suppressions().find(ANNE.key(), "app", true, LATER).isEmpty());

            // Whoever comes back is somebody new.
            accept(store, 2);
            tell(
                    store,
                    Samples.ruled(new RecipientId(new MailId(2), 0), 1, 1, Samples.delivered()));
            assertEquals(
                    1,
                    store.people()
                            .dossier(ANNE.key(), Optional.empty(), 10)
                            .orElseThrow()
                            .messages()
                            .size());
        }
        assertEquals(List.of(), Verification.run(options, _ -> {}).problems());
    }

    @Test
    void the_copy_of_the_views_for_a_rebuild_forgets_too() throws Exception {
        try (Store store = Store.open(options)) {
            new Story(1).tell(store, 60, 400_000);
            store.letGo(
                    new Retention(Duration.ZERO, 0, Duration.ofDays(900), Duration.ofDays(900)),
                    LATER);
            AddressKey address =
                    store.views()
                            .contacts()
                            .page("", Optional.empty(), 1)
                            .getFirst()
                            .address()
                            .key();
            assertTrue(baseNames(address), "there is no copy, or it does not know the person");

            var erased =
                    assertInstanceOf(
                            ContactErasure.Erasure.Recorded.class,
                            store.people().erase(address, "op", "asked", LATER));
            assertTrue(store.awaitFolded(erased.position().join(), Duration.ofSeconds(30)));
            store.letGo(Retention.FOREVER, LATER);
            assertFalse(baseNames(address));
        }
        Rebuild.run(options, _ -> {});
        assertEquals(List.of(), Verification.run(options, _ -> {}).problems());
    }

    private boolean baseNames(AddressKey address) throws IOException {
        byte[] base = Files.readAllBytes(directory.resolve("base/data.mdb"));
        return new String(base, StandardCharsets.ISO_8859_1).contains(address.value());
    }

    @Test
    void who_is_owed_mail_is_not_forgotten_before_it_is_sent_or_cancelled() throws Exception {
        try (Store store = Store.open(options)) {
            accept(store, 1);
            tell(store, Samples.ruled(ANNE_1, 1, 1, Samples.deferred(1)));
            assertEquals(
                    new ContactErasure.Erasure.StillOwed(List.of(ANNE_1)),
                    store.people().erase(ANNE.key(), "op", "asked", LATER));
            assertInstanceOf(
                    ContactErasure.Erasure.Unknown.class,
                    store.people()
                            .erase(
                                    Samples.address("nobody", "one.example").key(),
                                    "op",
                                    "asked",
                                    LATER));
        }
    }
}
