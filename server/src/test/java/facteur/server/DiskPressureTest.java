package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import facteur.config.read.SettingsResult;
import facteur.mail.event.EngagementEvent;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadReport;
import facteur.testkit.smtp.LoadSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** A small disk that fills up, in octets and in files. */
class DiskPressureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;

    private boolean mounted;

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private void mount(String options) throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        mounted = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", data.toString()) == 0;
        assumeTrue(mounted, "only root can mount a small disk");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", directory.resolve("data").toString());
        }
    }

    @Test
    void a_first_start_on_a_full_disk_is_refused_in_one_line() throws Exception {
        for (int kib : new int[] {4, 16, 64, 100, 200}) {
            mount("size=" + kib + "k");
            try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults())) {
                Exception failure =
                        assertThrows(Exception.class, () -> Server.start(settings(lab)).close());
                System.out.println(kib + " KiB: " + failure.getMessage());
                assertFalse(String.valueOf(failure.getMessage()).contains("\n"));
            }
            unmount();
            mounted = false;
        }
    }

    private SettingsResult.Good settings(Laboratory lab) throws IOException {
        return LabSettings.in(directory, lab)
                .replace("min_free_space: 1MiB", "min_free_space: 40MiB, min_free_inodes: 50")
                .read();
    }

    private static LoadReport send(Server server, int messages) throws Exception {
        return LoadSource.run(
                LoadOptions.to(server.submissionAddresses().getFirst(), messages, 1)
                        .login(LabServer.USER, LabServer.PASSWORD)
                        .recipients("ok.user%d@gmail.lab", 1, 1)
                        .build());
    }

    private static void refusesAndRecovers(Server server, Laboratory lab, Runnable free)
            throws Exception {
        // The disk is looked at once a second.
        await().atMost(PATIENCE).until(() -> send(server, 1).acknowledged() == 0);
        LoadReport refused = send(server, 3);
        assertEquals(0, refused.acknowledged(), refused.toString());
        assertTrue(refused.toString().contains("452"), refused.toString());
        // What was accepted before is sent, and what happens is recorded.
        await().atMost(PATIENCE).until(() -> lab.provider("gmail").log().total() >= 5);
        var hit =
                new EngagementEvent.Unsubscribed(
                        server.store()
                                .views()
                                .messages()
                                .page(java.util.Optional.empty(), 1)
                                .getFirst()
                                .accepted()
                                .message()
                                .recipient(0),
                        Instant.now(),
                        "page");
        var at = server.store().journal().append(hit).join();
        assertTrue(server.store().awaitFolded(at, PATIENCE));
        free.run();
        await().atMost(PATIENCE).until(() -> send(server, 1).acknowledged() == 1);
    }

    @Test
    void without_space_new_messages_wait_and_everything_else_goes_on() throws Exception {
        mount("size=160m");
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults());
                Server server = Server.start(settings(lab))) {
            assertEquals(5, send(server, 5).acknowledged());
            Path ballast = directory.resolve("data/ballast");
            long free = Files.getFileStore(directory.resolve("data")).getUsableSpace();
            Files.write(ballast, new byte[(int) (free - (30 << 20))]);
            refusesAndRecovers(server, lab, () -> delete(Set.of(ballast)));
        }
    }

    @Test
    void without_inodes_new_messages_wait_and_everything_else_goes_on() throws Exception {
        mount("size=160m,nr_inodes=200");
        try (Laboratory lab = Laboratory.start(LaboratoryOptions.defaults());
                Server server = Server.start(settings(lab))) {
            assertEquals(5, send(server, 5).acknowledged());
            java.util.HashSet<Path> ballast = new java.util.HashSet<>();
            while (FreeSpace.of(directory.resolve("data")).inodes() > 20) {
                ballast.add(Files.createFile(directory.resolve("data/ballast-" + ballast.size())));
            }
            refusesAndRecovers(server, lab, () -> delete(ballast));
        }
    }

    private static void delete(Set<Path> paths) {
        for (Path path : paths) {
            assertTrue(path.toFile().delete(), path.toString());
        }
    }
}
