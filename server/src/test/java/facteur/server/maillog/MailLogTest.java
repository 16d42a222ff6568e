package facteur.server.maillog;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.LoggingSettings;
import facteur.config.unit.ByteSize;
import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.journal.JournalEntry;
import facteur.store.journal.Position;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Mail waits for nothing here, and no line is lost that can be written later. */
class MailLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private Store store;
    private volatile LoggingSettings settings = LoggingSettings.DEFAULTS;
    private volatile Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @BeforeEach
    void open() throws IOException {
        store = Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private MailLog start(OutputStream standardOutput) {
        InstantSource clock = () -> now;
        return new MailLog(
                store, directory, () -> settings, standardOutput, new RefusalSums(), clock);
    }

    private Position append(int number, String why) {
        return store.journal()
                .append(
                        new OperatorEvent.Unsuppressed(
                                new Address("u" + number, new Domain("x.example")), now, "op", why))
                .join();
    }

    private LoggingSettings inFile(Path file, ByteSize size, int keep) {
        return new LoggingSettings(
                LoggingSettings.Level.INFO,
                LoggingSettings.Format.TEXT,
                new LoggingSettings.MailLog.InFile(file),
                new LoggingSettings.Rotation(size, keep));
    }

    private static List<String> numbers(String text) {
        return text.lines().map(line -> line.replaceAll(".* to=u(\\d+)@.*", "$1")).toList();
    }

    private static List<String> from(int first, int end) {
        return IntStream.range(first, end).mapToObj(Integer::toString).toList();
    }

    private String taken() {
        return taken.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_restart_goes_on_where_the_lines_ended_and_a_kill_repeats_some() throws IOException {
        try (MailLog log = start(taken)) {
            IntStream.range(0, 700).forEach(i -> append(i, "why"));
            await().atMost(PATIENCE).until(() -> log.lines() == 700);
        }
        IntStream.range(700, 800).forEach(i -> append(i, "why"));
        Position beforeTheKill = new Bookmark(directory.resolve("mail-log.position")).read().get();
        try (MailLog log = start(taken)) {
            await().atMost(PATIENCE).until(() -> log.lines() == 100);
        }
        assertEquals(from(0, 800), numbers(taken()));
        // As if it had been killed before it kept its place.
        new Bookmark(directory.resolve("mail-log.position")).keep(beforeTheKill);
        try (MailLog log = start(taken)) {
            await().atMost(PATIENCE).until(() -> log.lines() == 100);
        }
        List<String> all = new ArrayList<>(from(0, 800));
        all.addAll(from(700, 800));
        assertEquals(all, numbers(taken()));
    }

    @Test
    void the_last_lines_are_written_before_the_end() {
        try (MailLog _ = start(taken)) {
            IntStream.range(0, 3000).forEach(i -> append(i, "why"));
        }
        assertEquals(from(0, 3000), numbers(taken()));
    }

    @Test
    void what_cannot_be_written_is_written_once_it_can() throws IOException {
        Path file = directory.resolve("not-there/mail.log");
        settings = inFile(file, ByteSize.ofMebibytes(1), 2);
        try (MailLog log = start(taken)) {
            append(0, "why");
            await().atMost(PATIENCE).until(log::isFailing);
            append(1, "why"); // mail goes on
            Files.createDirectories(file.getParent());
            await().atMost(PATIENCE).until(() -> log.lines() == 2);
            await().atMost(PATIENCE).until(() -> !log.isFailing());
        }
        assertEquals(from(0, 2), numbers(Files.readString(file)));
    }

    @Test
    void a_reader_that_does_not_read_keeps_nobody_waiting() throws IOException {
        CountDownLatch reads = new CountDownLatch(1);
        OutputStream stuck =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        write(new byte[] {(byte) octet}, 0, 1);
                    }

                    @Override
                    public void write(byte[] octets, int from, int length) throws IOException {
                        boolean waits = true;
                        while (waits) {
                            try {
                                reads.await();
                                waits = false;
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    }
                };
        try (MailLog log = start(stuck)) {
            append(0, "why");
            await().atMost(PATIENCE).until(() -> !log.lag().equals(Duration.ZERO) || later());
            for (int i = 1; i < 100; i++) {
                append(i, "why");
            }
            assertEquals(0, log.lines());
            assertTrue(log.lag().compareTo(MailLog.LATE) > 0, log.lag().toString());
        }
        // Closed while it still waits; nothing was kept as written.
        reads.countDown();
        try (MailLog log = start(taken)) {
            await().atMost(PATIENCE).until(() -> log.lines() == 100);
        }
        assertEquals(from(0, 100), numbers(taken()));
    }

    private boolean later() {
        now = now.plus(MailLog.LATE).plusSeconds(1);
        return false;
    }

    @Test
    void what_the_journal_let_go_of_is_counted_as_lost() throws IOException {
        try (MailLog log = start(taken)) {
            append(0, "why");
            await().atMost(PATIENCE).until(() -> log.lines() == 1);
        }
        String long100 = "w".repeat(100_000);
        Position last = append(1, long100);
        for (int i = 2; i < 300; i++) {
            last = append(i, long100);
        }
        store.journal().release(last, last);
        try (MailLog log = start(taken)) {
            await().atMost(PATIENCE).until(() -> log.gaps() == 1 && log.lag().isZero());
            append(300, "why");
            await().atMost(PATIENCE).until(() -> numbers(taken()).contains("300"));
        }
        assertTrue(numbers(taken()).size() < 301);
    }

    @Test
    void a_message_that_is_appended_again_to_make_room_is_not_accepted_again() {
        MailId now = MailId.firstAt(Instant.parse("2026-11-30T12:00:00Z"));
        MailId slow = MailId.firstAt(Instant.parse("2026-11-30T11:00:00Z"));
        MailId old = MailId.firstAt(Instant.parse("2026-11-27T12:00:00Z"));
        try (MailLog _ = start(taken)) {
            for (MailId id : List.of(now, slow, old)) {
                JournalEntry.Message message =
                        new JournalEntry.Message(
                                MailEntriesTest.accepted(id, "u1@x.example"),
                                List.of(),
                                new byte[10]);
                List<Position> _ = store.journal().append(List.of(message)).join();
            }
        }
        assertEquals(
                List.of(now.toString(), slow.toString()),
                taken().lines().map(line -> line.replaceAll(".* id=(\\w+) .*", "$1")).toList());
    }

    @Test
    void without_a_log_nothing_is_kept_and_a_reload_begins_one_there() throws IOException {
        settings =
                new LoggingSettings(
                        LoggingSettings.Level.INFO,
                        LoggingSettings.Format.JSON,
                        new LoggingSettings.MailLog.Off(),
                        LoggingSettings.Rotation.DEFAULTS);
        Path file = directory.resolve("mail.log");
        try (MailLog log = start(taken)) {
            append(0, "why");
            await().atMost(PATIENCE)
                    .until(() -> log.lag().isZero() && log.position().equals(end()));
            assertTrue(Files.notExists(directory.resolve("mail-log.position")));
            settings = inFile(file, ByteSize.ofMebibytes(1), 2);
            await().atMost(PATIENCE).until(() -> Files.exists(file));
            append(1, "why");
            await().atMost(PATIENCE).until(() -> log.lines() == 1);
        }
        assertEquals(from(1, 2), numbers(Files.readString(file)));
    }

    private Position end() {
        return store.journal().durable();
    }

    @Test
    void a_file_that_is_full_is_put_aside_and_only_so_many_are_kept() throws IOException {
        Path file = directory.resolve("mail.log");
        Files.writeString(file, "what a crash left of a line");
        LoggingSettings.Rotation rotation = new LoggingSettings.Rotation(new ByteSize(100), 2);
        try (RotatedFile output = new RotatedFile(file, rotation)) {
            for (int i = 0; i < 10; i++) {
                output.write(
                        ("line " + i + " " + "x".repeat(32) + "\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
        assertEquals(List.of("9"), lines(file));
        assertEquals(List.of("7", "8"), lines(directory.resolve("mail.log.1")));
        assertEquals(List.of("5", "6"), lines(directory.resolve("mail.log.2")));
        assertTrue(Files.notExists(directory.resolve("mail.log.3")));
        // Somebody else puts it aside.
        try (RotatedFile output = new RotatedFile(file, rotation)) {
            Files.move(file, directory.resolve("elsewhere"));
            output.write("line 10 of a new file\n".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(List.of("10"), lines(file));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(line -> line.split(" ", -1)[1]).toList();
    }
}
