package facteur.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MailId;
import facteur.store.journal.FileOpener;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

class BackupTest {
    @TempDir private Path directory;

    private Store.Options options(String name) {
        return new Store.Options(directory.resolve(name), 8 << 20, FileOpener.real());
    }

    @Test
    void a_backup_made_under_load_holds_all_that_was_acknowledged_before_it_began()
            throws Exception {
        try (Store store = Store.open(options("data"))) {
            Path key = options("data").directory().resolve("keys/token");
            Files.createDirectories(key.getParent());
            Files.writeString(key, "secret");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Story story = new Story(1);
            MailId owed = story.owed(store, "late", new byte[500]);
            story.tell(store, 100, 20_000);

            AtomicLong acknowledged = new AtomicLong(10_000);
            boolean[] stop = {false};
            CompletableFuture<Void> load =
                    CompletableFuture.runAsync(
                            () -> {
                                while (!stop[0]) {
                                    long id = acknowledged.get() + 1;
                                    store.journal()
                                            .append(
                                                    List.of(
                                                            new facteur.store.journal.JournalEntry
                                                                    .Message(
                                                                    Samples.accepted(
                                                                            id,
                                                                            "load",
                                                                            Samples.address(
                                                                                    "l",
                                                                                    "l.example")),
                                                                    List.of(),
                                                                    new byte[3000])))
                                            .join();
                                    acknowledged.set(id);
                                }
                            });
            org.awaitility.Awaitility.await().until(() -> acknowledged.get() > 10_200);
            long before = acknowledged.get();
            store.backup(directory.resolve("backup"));
            stop[0] = true;
            load.join();

            Backup.restore(directory.resolve("backup"), options("restored").directory());
            Path copied = options("restored").directory().resolve("keys/token");
            assertEquals("secret", Files.readString(copied));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(copied)));
            Verification.Report report = Verification.run(options("restored"), _ -> {});
            assertEquals(List.of(), report.problems());
            try (Store restored = Store.open(options("restored"))) {
                assertEquals(List.of(), restored.damage());
                for (long id = 10_001; id <= before; id++) {
                    assertTrue(
                            restored.views().messages().find(new MailId(id)).isPresent(), "" + id);
                }
                var place = restored.views().messages().find(owed).orElseThrow().position();
                assertEquals(500, restored.message(owed, place).orElseThrow().content().size());
            }
        }
    }

    @Test
    void a_backup_of_a_stopped_server_is_the_same_as_what_it_was_made_of() throws Exception {
        try (Store store = Store.open(options("data"))) {
            new Story(2).tell(store, 200, 100);
        }
        Backup.take(options("data").directory(), directory.resolve("backup"));
        assertEquals(
                Dump.of(options("data").directory().resolve("views")),
                Dump.of(directory.resolve("backup/views")));
        assertEquals(List.of(), Verification.run(options("backup"), _ -> {}).problems());
    }

    @Test
    void a_socket_in_the_data_directory_is_left_out_and_files_beside_it_are_not() throws Exception {
        Store.open(options("data")).close();
        Path spool = options("data").directory().resolve("spool");
        Files.createDirectories(spool);
        Files.writeString(spool.resolve("1.mail"), "x");
        try (ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            door.bind(UnixDomainSocketAddress.of(spool.resolve("door")));
            Backup.take(options("data").directory(), directory.resolve("backup"));
        }
        assertEquals("x", Files.readString(directory.resolve("backup/spool/1.mail")));
        assertFalse(Files.exists(directory.resolve("backup/spool/door")));
    }

    @Test
    void nothing_is_overwritten() throws Exception {
        Store.open(options("data")).close();
        Path data = options("data").directory();
        assertThrows(IOException.class, () -> Backup.take(data, data));
        assertThrows(IOException.class, () -> Backup.restore(data, data));
        assertThrows(IOException.class, () -> Backup.restore(directory.resolve("none"), directory));
        assertFalse(Files.exists(directory.resolve("none")));
    }
}
