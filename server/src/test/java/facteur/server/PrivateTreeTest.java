package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.Domain;
import facteur.mail.file.PrivateFiles;
import facteur.message.dkim.DkimAlgorithm;
import facteur.server.key.DkimKeyFiles;
import facteur.store.Backup;
import facteur.store.Rebuild;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Nobody but the owner reads anything, whatever made it. */
class PrivateTreeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;
    private int maskBefore;

    /** As the process does from its first instruction on; other tests start foreign servers. */
    @BeforeEach
    void mask() {
        maskBefore = PrivateFiles.maskOthers();
    }

    @AfterEach
    void unmask() {
        PrivateFiles.mask(maskBefore);
    }

    private static void assertPrivate(Path root) throws Exception {
        assertEquals(List.of(), PrivateFiles.open(root));
        try (Stream<Path> all = Files.walk(root)) {
            assertTrue(all.count() > 3, root + " is as good as empty");
        }
    }

    @Test
    void everything_that_is_ever_made_belongs_to_its_owner_alone() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        Path old = Files.createDirectories(data.resolve("journal")).resolve("retain");
        Files.write(old, new byte[0]);
        for (Path path : List.of(data, data.resolve("journal"))) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r--r--"));
        Store.Options options = new Store.Options(data, 8 << 20, FileOpener.real());
        Path backup = directory.resolve("backup");
        try (LabServer facteur = LabServer.start(directory)) {
            LoadOptions load =
                    LoadOptions.to(facteur.submission(), 20, 2)
                            .login(LabServer.USER, LabServer.PASSWORD)
                            .recipients("user%d@d%d.gmail.lab", 10, 1)
                            .campaign("spring")
                            .build();
            assertEquals(20, LoadSource.run(load).acknowledged());
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    facteur.server()
                                            .store()
                                            .views()
                                            .queue()
                                            .pending(Optional.empty(), 1)
                                            .isEmpty());
            var _ =
                    new DkimKeyFiles(data)
                            .create(
                                    new Domain("example.org"),
                                    Optional.empty(),
                                    DkimAlgorithm.RSA,
                                    Instant.now());
            facteur.server().store().backup(backup);
            assertPrivate(data);
        }
        assertPrivate(data);
        assertPrivate(backup);
        damage(data);
        var _ = Rebuild.run(options, _ -> {});
        try (Stream<Path> all = Files.list(data.resolve("journal"))) {
            assertTrue(all.anyMatch(p -> String.valueOf(p.getFileName()).startsWith("damaged-")));
        }
        assertPrivate(data);
        Backup.restore(backup, directory.resolve("restored"));
        assertPrivate(directory.resolve("restored"));
    }

    /** Overwrites an octet of an early record. */
    private static void damage(Path data) throws Exception {
        Path segment;
        try (Stream<Path> all = Files.list(data.resolve("journal"))) {
            segment =
                    all.filter(p -> p.toString().endsWith(".segment"))
                            .sorted()
                            .findFirst()
                            .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), 4096 + 64);
        }
    }
}
