package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.cli.Main;
import facteur.store.query.TallyKey;
import facteur.testkit.smtp.LoadOptions;
import facteur.testkit.smtp.LoadSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code facteur store} and what it does to people, on the data of a server that has sent mail. */
class StoreCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 30;

    @TempDir private Path directory;
    private LabServer facteur;
    private Path config;

    @BeforeEach
    void startAndSend() throws Exception {
        facteur = LabServer.start(directory);
        config = directory.resolve("cli.yaml");
        String listening = "admin: { listen: \"127.0.0.1:";
        Files.writeString(
                config,
                Files.readString(directory.resolve("facteur.yaml"))
                        .replace(
                                listening + "0\"",
                                listening + facteur.server().adminAddress().getPort() + "\""));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
        LoadOptions load =
                LoadOptions.to(facteur.submission(), MESSAGES, 4)
                        .login(LabServer.USER, LabServer.PASSWORD)
                        .recipients("user%d@d%d.gmail.lab", 10, 1)
                        .campaign("spring")
                        .build();
        assertEquals(MESSAGES, LoadSource.run(load).acknowledged());
        await().atMost(PATIENCE).until(() -> delivered() == MESSAGES);
    }

    @AfterEach
    void stop() {
        facteur.close();
    }

    private long delivered() {
        return facteur.server()
                .store()
                .views()
                .campaigns()
                .sums(new TallyKey.Campaign(1))
                .tally(false)
                .delivered();
    }

    /** As an operator types it, in a process of its own. */
    private Peers.Ended run(String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(
                List.of(
                        "--add-opens",
                        "java.base/java.nio=ALL-UNNAMED",
                        "--add-opens",
                        "java.base/sun.nio.ch=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
        command.addAll(List.of(words));
        command.addAll(List.of("--config", config.toString()));
        return Peers.run(PATIENCE, directory, command);
    }

    private String good(String... words) throws IOException {
        Peers.Ended ended = run(words);
        assertEquals(0, ended.status(), ended.output());
        return ended.output();
    }

    private String refused(String... words) throws IOException {
        Peers.Ended ended = run(words);
        assertNotEquals(0, ended.status(), ended.output());
        return ended.output();
    }

    private static void assertContains(String part, String whole) {
        assertTrue(whole.contains(part), whole);
    }

    @Test
    void a_store_is_measured_backed_up_checked_rebuilt_and_restored() throws Exception {
        Path backup = directory.resolve("backup");
        assertContains("journal", good("store", "sizes"));
        assertContains("held by another process", refused("store", "verify"));
        assertContains("held by another process", refused("store", "rebuild"));
        good("store", "backup", backup.toString());
        assertContains("no problem found", good("store", "verify", "--dir", backup.toString()));
        assertContains(
                "does not exist; name the data directory of a server",
                refused("store", "verify", "--dir", directory.resolve("typo").toString()));

        facteur.server().close();
        assertContains("rebuilt from", good("store", "rebuild"));
        assertContains("no problem found", good("store", "verify"));
        Files.move(directory.resolve("data"), directory.resolve("lost"));
        good("store", "restore", backup.toString());
        facteur.restart();
        assertEquals(MESSAGES, delivered());
    }

    @Test
    void a_person_is_handed_all_that_is_known_and_then_forgotten() throws Exception {
        String address =
                facteur.server()
                        .store()
                        .views()
                        .contacts()
                        .page("", Optional.empty(), 1)
                        .getFirst()
                        .address()
                        .toString();
        JsonNode known =
                JsonMapper.builder().build().readTree(good("contact", "export", address, "--json"));
        assertEquals(address, known.path("contact").path("address").asString());
        assertTrue(!known.path("messages").isEmpty(), known.toString());
        assertContains(address, good("contact", "export", address));

        good("contact", "erase", address, "--why", "asked by mail");
        await().atMost(PATIENCE).until(() -> run("contact", "export", address).status() != 0);
        assertContains(address, refused("contact", "erase", address));
        assertEquals(MESSAGES, delivered(), "sums stay");
    }
}
