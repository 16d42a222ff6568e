package facteur.server.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.mail.address.AddressParser;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mta.submission.KnownCredentials;
import facteur.mta.submission.Submission;
import facteur.store.Store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Users of one machine who leave in the spool what stops the mail of others. */
class LocalSpoolTest {
    private static final long MAX_SIZE = 1 << 20;

    @TempDir private Path directory;

    private final AtomicInteger accepted = new AtomicInteger();
    private Store store;
    private Path spool;
    private LocalSpool.Parts parts;

    @BeforeEach
    void open() throws Exception {
        spool = directory.resolve("spool");
        store = Store.open(Store.Options.of(directory.resolve("data")));
        Submission submission =
                new Submission(
                        store,
                        new MailIds(1, new MailId(0)),
                        InstantSource.system(),
                        () -> new Submission.Rules("mx.example", MAX_SIZE, TrackingMode.OFF),
                        _ -> accepted.incrementAndGet(),
                        () -> false);
        KnownCredentials known =
                new KnownCredentials(
                        List.of(CredentialSettings.unrestricted("local", new Secret("unused"))),
                        new Argon2id(),
                        Runnable::run);
        parts =
                new LocalSpool.Parts(
                        submission,
                        () -> known.of("local").orElseThrow(),
                        () -> 10,
                        () -> MAX_SIZE,
                        AddressParser.ascii());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void letter(String name) throws IOException {
        LocalEnvelope envelope =
                new LocalEnvelope(
                        "anne@sender.example", List.of("bert@rcpt.example"), List.of(), false, "");
        Files.write(
                spool.resolve(name),
                bytes(
                        new String(envelope.octets(), StandardCharsets.UTF_8)
                                + "From: anne@sender.example\n\nx\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_file_that_cannot_be_taken_keeps_nobody_elses() throws Exception {
        try (LocalSpool opened = LocalSpool.open(spool, parts)) {
            // The next ten names within are taken already, by what cannot be replaced.
            for (int i = 1; i <= 10; i++) {
                Path there = spool.resolve(".taken").resolve(i + "-00.mail");
                Files.createDirectories(there.resolve("full"));
            }
            letter("00.mail");
            letter("bb22.mail");
            opened.look();
            assertEquals(1, accepted.get());
            assertFalse(Files.exists(spool.resolve("bb22.mail")));
        }
    }

    @Test
    void what_is_refused_again_and_again_does_not_shut_the_spool() throws Exception {
        for (int start = 0; start < 2; start++) {
            try (LocalSpool opened = LocalSpool.open(spool, parts)) {
                for (int i = 0; i < 3; i++) {
                    Files.write(spool.resolve("00dd.mail"), bytes("no envelope\n"));
                    opened.look();
                    assertFalse(Files.exists(spool.resolve("00dd.mail")));
                }
                letter("ee55.mail");
                opened.look();
                assertEquals(start + 1, accepted.get());
            }
        }
    }

    @Test
    void refused_files_are_kept_up_to_a_bound() throws Exception {
        Path refused = spool.resolve(".refused");
        try (LocalSpool opened = LocalSpool.open(spool, parts)) {
            for (int i = 0; i < 1_000; i++) {
                Files.write(refused.resolve(i + ".mail"), new byte[0]);
            }
            Files.write(spool.resolve("00.mail"), bytes("no envelope\n"));
            opened.look();
            assertFalse(Files.exists(spool.resolve("00.mail")));
            assertEquals(Optional.of(1_000L), count(refused));
        }
    }

    private static Optional<Long> count(Path of) throws IOException {
        try (var files = Files.list(of)) {
            return Optional.of(files.count());
        }
    }

    @Test
    void a_file_of_terabytes_is_refused_without_being_read() throws Exception {
        try (LocalSpool opened = LocalSpool.open(spool, parts)) {
            letter("00.mail");
            try (RandomAccessFile file =
                    new RandomAccessFile(spool.resolve("00.mail").toFile(), "rw")) {
                file.setLength(2L << 40);
            }
            letter("01.mail");
            opened.look();
            assertEquals(1, accepted.get());
            assertTrue(count(spool.resolve(".refused")).orElseThrow() == 1);
        }
    }
}
