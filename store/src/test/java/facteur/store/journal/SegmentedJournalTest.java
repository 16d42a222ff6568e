package facteur.store.journal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import facteur.mail.address.Address;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.Samples;
import facteur.testkit.disk.DiskFault;
import facteur.testkit.disk.FaultyChannel;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

class SegmentedJournalTest {
    private static final int SEGMENT = 8 << 20;

    @TempDir private Path directory;

    private SegmentedJournal open() throws IOException {
        return SegmentedJournal.open(directory, SEGMENT, Position.START, FileOpener.real())
                .journal();
    }

    private static SubmissionEvent.Accepted accepted(long id) {
        return Samples.accepted(id, "spring", Samples.address("anne", "one.example"));
    }

    private static JournalEntry message(long id, int size) {
        byte[] octets = new byte[size];
        new Random(id).nextBytes(octets);
        return new JournalEntry.Message(accepted(id), List.of(), octets);
    }

    private static List<Event> events(Journal journal) throws IOException {
        List<Event> events = new ArrayList<>();
        Position at = Position.START;
        while (at.compareTo(journal.durable()) < 0) {
            at = journal.read(at, 100, (_, event) -> events.add(event));
        }
        return events;
    }

    @Test
    void what_was_appended_is_read_back_after_a_restart_across_segments() throws Exception {
        List<CompletableFuture<List<Position>>> done = new ArrayList<>();
        try (Journal journal = open()) {
            for (int i = 1; i <= 60; i++) {
                done.add(journal.append(List.of(message(i, 400_000))));
            }
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).join();
        }
        try (Journal journal = open()) {
            assertEquals(60, events(journal).size());
            for (int i = 1; i <= 60; i++) {
                Journal.StoredMessage message =
                        journal.message(done.get(i - 1).join().getFirst()).orElseThrow();
                assertEquals(accepted(i), message.accepted());
                byte[] expected = new byte[400_000];
                new Random(i).nextBytes(expected);
                assertArrayEquals(expected, message.content().open().readAllBytes());
            }
        }
    }

    @Test
    void a_message_counts_for_each_of_its_recipients_where_readers_take_so_many_at_a_time()
            throws Exception {
        Address[] crowd =
                IntStream.range(0, 10)
                        .mapToObj(i -> Samples.address("user" + i, "one.example"))
                        .toArray(Address[]::new);
        try (Journal journal = open()) {
            for (int i = 1; i <= 3; i++) {
                SubmissionEvent.Accepted message = Samples.accepted(i, "spring", crowd);
                journal.append(List.of(new JournalEntry.Message(message, List.of(), new byte[100])))
                        .join();
            }
            List<Event> events = new ArrayList<>();
            Position at = journal.read(Position.START, 11, (_, event) -> events.add(event));
            assertEquals(2, events.size());
            journal.read(at, 11, (_, event) -> events.add(event));
            assertEquals(3, events.size());
        }
    }

    @Test
    void a_large_message_is_stored_in_parts_and_read_as_one() throws Exception {
        byte[] whole = new byte[3_000_000];
        new Random(1).nextBytes(whole);
        try (Journal journal = open()) {
            List<JournalEntry.Part> parts = new ArrayList<>();
            int at = 0;
            for (; at + 262_144 < whole.length; at += 262_144) {
                byte[] part = java.util.Arrays.copyOfRange(whole, at, at + 262_144);
                Position position =
                        journal.append(List.of(new JournalEntry.PartBytes(part))).join().getFirst();
                parts.add(new JournalEntry.Part(position, part.length));
            }
            byte[] rest = java.util.Arrays.copyOfRange(whole, at, whole.length);
            Position position =
                    journal.append(List.of(new JournalEntry.Message(accepted(1), parts, rest)))
                            .join()
                            .getFirst();
            var content = journal.message(position).orElseThrow().content();
            assertEquals(whole.length, content.size());
            assertArrayEquals(whole, content.open().readAllBytes());
            assertArrayEquals(
                    java.util.Arrays.copyOfRange(whole, 262_000, 600_000),
                    content.open(262_000, 338_000).readAllBytes());
        }
    }

    /** Puts the beginning of the first segment back; these tests write nothing behind it. */
    private void begin(byte[] octets) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        directory.resolve("000000000000.segment"), StandardOpenOption.WRITE)) {
            Segment.writeFully(file, java.nio.ByteBuffer.wrap(octets, 0, 64 << 10), 0);
        }
    }

    @Test
    void a_tail_torn_at_any_octet_is_cut_and_writing_goes_on() throws Exception {
        Position last;
        Position end;
        try (Journal journal = open()) {
            journal.append(accepted(1)).join();
            journal.append(accepted(2)).join();
            last = journal.append(accepted(3)).join();
            end = journal.durable();
        }
        byte[] intact = Files.readAllBytes(directory.resolve("000000000000.segment"));
        for (int cut = last.offset(); cut < end.offset() - 8; cut++) {
            byte[] torn = intact.clone();
            java.util.Arrays.fill(torn, cut, end.offset(), (byte) 0);
            begin(torn);
            SegmentedJournal.Opened opened =
                    SegmentedJournal.open(directory, SEGMENT, Position.START, FileOpener.real());
            try (Journal journal = opened.journal()) {
                assertEquals(List.of(), opened.damage(), "cut at " + cut);
                assertEquals(List.of(accepted(1), accepted(2)), events(journal), "cut at " + cut);
                assertEquals(last, journal.append(accepted(4)).join());
                assertEquals(List.of(accepted(1), accepted(2), accepted(4)), events(journal));
            }
        }
    }

    @Test
    void any_octet_changed_in_the_middle_is_reported_and_the_rest_still_counts() throws Exception {
        Position second;
        Position third;
        try (Journal journal = open()) {
            journal.append(accepted(1)).join();
            second = journal.append(accepted(2)).join();
            third = journal.append(accepted(3)).join();
            journal.append(accepted(4)).join();
        }
        byte[] intact = Files.readAllBytes(directory.resolve("000000000000.segment"));
        // The last octets may be padding, which no checksum covers and nobody reads.
        for (int at = second.offset(); at < third.offset() - 8; at++) {
            byte[] flipped = intact.clone();
            flipped[at] ^= 0x10;
            begin(flipped);
            SegmentedJournal.Opened opened =
                    SegmentedJournal.open(directory, SEGMENT, Position.START, FileOpener.real());
            try (Journal journal = opened.journal()) {
                assertEquals(1, opened.damage().size(), "octet " + at);
                assertEquals(
                        List.of(accepted(1), accepted(3), accepted(4)),
                        events(journal),
                        "octet " + at);
            }
        }
    }

    @Test
    void a_second_opener_is_told_that_the_directory_is_taken() throws Exception {
        try (Journal _ = open()) {
            IOException refused = assertThrows(IOException.class, this::open);
            assertTrue(String.valueOf(refused.getMessage()).contains("held"), refused.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFault.Moment.class,
            names = {"BEFORE_WRITE", "HALF_WRITTEN", "BEFORE_SYNC"})
    void after_an_io_error_nothing_is_acknowledged_and_nothing_more_is_taken(
            DiskFault.Moment moment) throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (Journal journal =
                SegmentedJournal.open(directory, SEGMENT, Position.START, disk).journal()) {
            journal.append(accepted(1)).join();
            disk.failAt(moment);
            assertThrows(Exception.class, () -> journal.append(accepted(2)).join());
            disk.mend();
            assertThrows(Exception.class, () -> journal.append(accepted(3)).join());
            assertTrue(journal.stopped().isPresent());
        }
        try (Journal journal = open()) {
            assertEquals(accepted(1), events(journal).getFirst());
            assertFalse(events(journal).contains(accepted(3)));
        }
    }

    @Test
    void when_no_segment_can_be_made_entries_wait_and_go_on_by_themselves() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        try (Journal journal =
                SegmentedJournal.open(directory, SEGMENT, Position.START, disk).journal()) {
            disk.fillUp();
            List<CompletableFuture<List<Position>>> done = new ArrayList<>();
            for (int i = 1; i <= 60; i++) {
                done.add(journal.append(List.of(message(i, 400_000))));
            }
            await().until(journal::waitsForRoom);
            assertFalse(done.getLast().isDone());
            assertTrue(journal.stopped().isEmpty());
            disk.empty();
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).join();
            assertFalse(journal.waitsForRoom());
        }
        try (Journal journal = open()) {
            assertEquals(60, events(journal).size());
        }
    }

    @Test
    void with_a_full_disk_strangers_are_refused_then_mail_and_outcomes_still_have_room()
            throws Exception {
        FaultyDisk disk = new FaultyDisk();
        SegmentedJournal journal =
                SegmentedJournal.open(directory, SEGMENT, Position.START, disk).journal();
        try (journal) {
            disk.fillUp();
            List<CompletableFuture<List<Position>>> waiting = new ArrayList<>();
            int strangers = 0;
            RecipientId reader = new RecipientId(new MailId(1), 0);
            CompletableFuture<Position> refused;
            do {
                refused =
                        journal.append(
                                new EngagementEvent.Unsubscribed(
                                        reader, Samples.NOON.plusMillis(strangers), "one-click"));
            } while (!refused.isCompletedExceptionally() && ++strangers < 1_000_000);
            System.out.printf(
                    "%,d unsubscriptions wait in %,d octets%n", strangers, journal.held());
            assertTrue(journal.held() <= 32 << 20);
            assertTrue(strangers > 10_000, strangers + " wait");
            CompletableFuture<List<Position>> mail;
            int messages = 0;
            do {
                mail = journal.append(List.of(message(++messages, 1 << 20)));
                waiting.add(mail);
            } while (!mail.isCompletedExceptionally() && messages < 1_000);
            assertTrue(journal.held() <= 128 << 20);
            CompletableFuture<Position> outcome =
                    journal.append(Samples.ruled(reader, 1, 1, Samples.delivered()));
            assertFalse(outcome.isCompletedExceptionally());
            disk.empty();
            outcome.join();
            waiting.removeLast();
            CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
            assertEquals(0, journal.held());
        }
    }

    @Test
    void an_empty_epoch_is_one_line_that_says_what_to_do() throws Exception {
        open().close();
        Path epoch = directory.resolve("epoch");
        for (String text : List.of("", "\n", "one")) {
            java.nio.file.Files.writeString(epoch, text);
            String message =
                    String.valueOf(assertThrows(IOException.class, this::open).getMessage());
            assertTrue(message.startsWith(epoch.toString()), message);
            assertTrue(message.contains("write a number"), message);
        }
        java.nio.file.Files.writeString(epoch, "1000000");
        open().close();
        assertEquals("1000001\n", java.nio.file.Files.readString(epoch));
    }

    @Test
    void a_message_of_50_MiB_is_taken_and_read_back_in_32_MiB_of_memory() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process =
                new ProcessBuilder(
                                java.toString(),
                                "-Xmx32m",
                                "-XX:MaxDirectMemorySize=16m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LargeMessage.class.getName(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("read back 52428800 octets"), said);
    }

    @Test
    void released_segments_are_used_again_and_their_old_records_are_not_seen() throws Exception {
        try (Journal journal = open()) {
            Position last = Position.START;
            for (int i = 1; i <= 60; i++) {
                last = journal.append(List.of(message(i, 400_000))).join().getFirst();
            }
            journal.release(last, journal.durable());
            for (int i = 61; i <= 120; i++) {
                journal.append(List.of(message(i, 100_000))).join();
            }
        }
        try (Journal journal = open()) {
            List<Event> events = events(journal);
            assertEquals(accepted(120), events.getLast());
            assertEquals(events.size(), events.stream().distinct().count());
        }
    }

    /** A disk whose syncs can be made to fail. */
    static final class FaultyDisk implements FileOpener {
        private volatile DiskFault.@Nullable Moment failsAt;
        private volatile boolean full;

        void failAt(DiskFault.Moment moment) {
            failsAt = moment;
        }

        void fillUp() {
            full = true;
        }

        void empty() {
            full = false;
        }

        void mend() {
            failsAt = null;
        }

        @Override
        public FileChannel open(
                Path path, java.util.Set<? extends java.nio.file.OpenOption> options)
                throws IOException {
            if (full && path.endsWith("filling")) {
                throw new IOException("No space left on device");
            }
            return new FaultyChannel(
                    FileChannel.open(path, options),
                    path,
                    (_, moment) -> {
                        if (moment == failsAt) {
                            throw new IOException("Input/output error");
                        }
                    });
        }
    }

    @Test
    void the_first_page_of_a_segment_is_checked() throws Exception {
        open().close();
        try (FileChannel channel =
                FileChannel.open(
                        directory.resolve("000000000000.segment"), StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
        }
        IOException refused = assertThrows(IOException.class, this::open);
        assertTrue(String.valueOf(refused.getMessage()).contains("header"), refused.getMessage());
    }
}
