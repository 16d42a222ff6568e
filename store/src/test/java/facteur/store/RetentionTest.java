package facteur.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.status.Status;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Journal;
import facteur.store.journal.Position;
import facteur.store.query.TallyKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

class RetentionTest {
    private static final Retention NOTHING =
            new Retention(Duration.ZERO, 0, Duration.ofDays(36_500), Duration.ofDays(36_500));
    private static final Instant LATER = Samples.NOON.plus(Duration.ofDays(30));

    @TempDir private Path directory;

    private Store.Options options() {
        return new Store.Options(directory.resolve("data"), 8 << 20, FileOpener.real());
    }

    private static List<String> verify(Store.Options options) throws Exception {
        return Verification.run(options, _ -> {}).problems();
    }

    @Test
    void old_segments_go_and_the_files_stop_growing() throws Exception {
        Story story = new Story(1);
        try (Store store = Store.open(options())) {
            long largest = 0;
            for (int i = 0; i < 8; i++) {
                story.tell(store, 40, 400_000);
                store.letGo(NOTHING, LATER);
                largest = i == 2 ? store.sizes().journal() : largest;
            }
            assertTrue(
                    store.sizes().journal() <= largest,
                    store.sizes() + " after growing to " + largest);
            assertTrue(store.journal().oldest().segment() > 8, store.journal().oldest().toString());
        }
        assertEquals(List.of(), verify(options()));
    }

    @Test
    void what_is_owed_is_copied_forward_and_sent_from_there() throws Exception {
        Story story = new Story(2);
        byte[] body = "the body".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        MailId owed;
        Position before;
        try (Store store = Store.open(options())) {
            owed = story.owed(store, "late", body);
            before = store.views().messages().find(owed).orElseThrow().position();
            story.tell(store, 60, 400_000);
            store.letGo(NOTHING, LATER);
            assertTrue(store.journal().oldest().compareTo(before) > 0);
            assertTrue(store.journal().message(before).isEmpty());
            // The queue still knows the old place.
            Journal.StoredMessage message = store.message(owed, before).orElseThrow();
            assertArrayEquals(body, message.content().open().readAllBytes());
            assertEquals(1, store.views().queue().pending(Optional.empty(), 10).size());
        }
        assertEquals(List.of(), verify(options()));
        try (Store store = Store.open(options())) {
            Position now =
                    store.views().queue().pending(Optional.empty(), 10).getFirst().position();
            assertTrue(now.compareTo(before) > 0);
            assertTrue(store.journal().message(now).isPresent());
        }
    }

    @Test
    void a_clock_that_is_years_ahead_for_a_minute_lets_nothing_go() throws Exception {
        Retention usual =
                new Retention(
                        Duration.ofDays(3), 1L << 30, Duration.ofDays(90), Duration.ofDays(700));
        Instant now = Samples.NOON.plusSeconds(10_000);
        long minute = Duration.ofMinutes(1).toNanos();
        try (Store store = Store.open(options())) {
            new Story(6).tell(store, 60, 400_000);
            List<String> before = store.rows(Dump::of);
            store.upkeep(Retention.FOREVER, now, 0);
            Instant ahead = now.plus(Duration.ofDays(3_000));
            store.upkeep(usual, ahead, minute);
            store.upkeep(usual, ahead.plusSeconds(60), 2 * minute);
            assertTrue(store.clockDoubt().isPresent());
            store.upkeep(usual, now.plusSeconds(180), 3 * minute);
            assertTrue(before.equals(store.rows(Dump::of)), "something was let go");
            assertEquals(0, store.journal().oldest().segment());
            // The size of the bodies rules as ever.
            Retention small = new Retention(usual.bodies(), 1, usual.timelines(), usual.history());
            store.upkeep(small, now.plusSeconds(240), 4 * minute);
            assertTrue(store.journal().oldest().segment() > 0);
            assertTrue(store.clockDoubt().isPresent());
            // Somebody looks at the clock and says that it is right.
            Store.acceptClock(options().directory(), now.plusSeconds(250));
            store.upkeep(usual, now.plusSeconds(300), 5 * minute);
            assertTrue(store.clockDoubt().isEmpty());
        }
    }

    @Test
    void at_a_start_the_newest_event_says_whether_the_clock_is_believed() throws Exception {
        try (Store store = Store.open(options())) {
            new Story(7).tell(store, 3, 1_000);
        }
        for (int days : new int[] {-2, 0, 2}) {
            try (Store store = Store.open(options())) {
                Instant newest = store.rows(Folding::newest).orElseThrow();
                store.keep(() -> Retention.FOREVER, () -> newest.plus(Duration.ofDays(days)));
                assertEquals(days != 0, store.clockDoubt().isPresent(), days + " days");
            }
        }
    }

    @Test
    void when_much_is_owed_the_segments_wait() throws Exception {
        Story story = new Story(3);
        try (Store store = Store.open(options())) {
            for (int i = 0; i < 30; i++) {
                story.owed(store, "late" + i, new byte[900_000]);
            }
            store.letGo(NOTHING, LATER);
            assertEquals(0, store.journal().oldest().segment());
            for (var found : store.views().queue().pending(Optional.empty(), 100)) {
                assertTrue(store.journal().message(found.position()).isPresent());
            }
        }
    }

    @Test
    void while_segments_are_copied_none_goes() throws Exception {
        try (Store store = Store.open(options())) {
            new Story(4).tell(store, 60, 400_000);
            try (var _ = new Layout(options().directory()).retain().orElseThrow()) {
                store.letGo(NOTHING, LATER);
            }
            assertEquals(0, store.journal().oldest().segment());
            store.letGo(NOTHING, LATER);
            assertTrue(store.journal().oldest().segment() > 0);
        }
    }

    @Test
    void timelines_end_before_history_and_sums_stay() throws Exception {
        Retention ninetyDays =
                new Retention(
                        Duration.ofDays(36_500),
                        Long.MAX_VALUE,
                        Duration.ofDays(90),
                        Duration.ofDays(700));
        RecipientId first = new RecipientId(MailId.firstAt(Samples.NOON), 0);
        try (Store store = Store.open(options())) {
            var accepted =
                    Samples.accepted(
                            first.message(),
                            Samples.NOON,
                            1,
                            "c",
                            Samples.address("anne", "one.example"));
            store.journal()
                    .append(
                            List.of(
                                    new facteur.store.journal.JournalEntry.Message(
                                            accepted, List.of(), new byte[1])))
                    .join();
            Position at =
                    store.journal().append(Samples.ruled(first, 1, 1, Samples.delivered())).join();
            assertTrue(store.awaitFolded(at, Duration.ofSeconds(30)));

            store.letGo(ninetyDays, Samples.NOON.plus(Duration.ofDays(89)));
            assertEquals(1, store.views().messages().timeline(first).events().size());
            store.letGo(ninetyDays, Samples.NOON.plus(Duration.ofDays(91)));
            assertTrue(store.views().messages().timeline(first).events().isEmpty());
            assertEquals(
                    Status.SENT,
                    store.views().messages().recipient(first).orElseThrow().state().status(false));

            store.letGo(ninetyDays, Samples.NOON.plus(Duration.ofDays(701)));
            assertTrue(store.views().messages().recipient(first).isEmpty());
            assertTrue(store.views().messages().find(first.message()).isEmpty());
            assertEquals(
                    1,
                    store.views()
                            .campaigns()
                            .sums(new TallyKey.Campaign(1))
                            .tally(false)
                            .delivered());
            // A hit that comes even later is of no consequence.
            Position hit =
                    store.journal()
                            .append(
                                    Samples.opened(
                                            first,
                                            1,
                                            facteur.mail.event.EngagementEvent.Audience.HUMAN))
                            .join();
            assertTrue(store.awaitFolded(hit, Duration.ofSeconds(30)));
            assertTrue(store.views().messages().recipient(first).isEmpty());
        }
        assertEquals(List.of(), verify(options()));
    }

    @Test
    void what_is_owed_is_not_forgotten_however_old_it_is() throws Exception {
        Retention short_ = new Retention(Duration.ZERO, 0, Duration.ofDays(1), Duration.ofDays(1));
        try (Store store = Store.open(options())) {
            MailId owed = new Story(5).owed(store, "late", new byte[10]);
            store.letGo(short_, Instant.parse("2090-01-01T00:00:00Z"));
            assertEquals(1, store.views().queue().pending(Optional.empty(), 10).size());
            assertTrue(store.views().messages().find(owed).isPresent());
            assertFalse(store.message(owed, Position.START).isEmpty());
        }
        assertEquals(List.of(), verify(options()));
    }
}
