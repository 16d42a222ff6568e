package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.AdminAccounts;
import facteur.admin.AdminServer;
import facteur.testkit.smtp.SmtpTalk;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A client that a generator makes of the contract compiles, and works against a running server. */
@Tag("long")
class GeneratedClientTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Path GENERATOR =
            Path.of("target/client-generator/openapi-generator-cli.jar").toAbsolutePath();

    // The generator bears Jackson, which the client needs.
    private static final String CLASSES =
            GENERATOR + File.pathSeparator + GENERATOR.resolveSibling("jakarta.annotation-api.jar");

    @TempDir private Path directory;

    @Test
    void a_generated_client_compiles_and_runs() throws Exception {
        Path contract = directory.resolve("openapi.yaml");
        copy(AdminServer.class.getResourceAsStream("static/openapi.yaml"), contract);
        Path use = directory.resolve("UseClient.java");
        copy(GeneratedClientTest.class.getResourceAsStream("UseClient.java.txt"), use);
        Path source = directory.resolve("client");
        done(
                java("java"),
                "-jar",
                GENERATOR.toString(),
                "generate",
                "-i",
                contract.toString(),
                "-g",
                "java",
                "--library",
                "native",
                "-o",
                source.toString(),
                "--additional-properties=openApiNullable=false,useJakartaEe=true,"
                        + "invokerPackage=client,apiPackage=client.api,modelPackage=client.model",
                "--global-property=apiTests=false,modelTests=false,apiDocs=false,modelDocs=false");
        Path classes = directory.resolve("classes");
        done(compiler(source, use, classes));
        assertEquals(
                """
                campaign: a/b %2F
                same: a/b %2F
                campaigns: 2
                status: sent
                timeline: not_tracked
                contact: ok.anne@gmail.lab
                cell: sent
                suppressed: 1
                holding: true
                lifted: false
                flushed: 0
                ruling: hard
                queue: true
                settings: false
                rates: true
                refused: 404 true
                refused: 400 true
                """,
                used(classes));
    }

    private static void copy(@Nullable InputStream from, Path to) throws Exception {
        try (InputStream in = Objects.requireNonNull(from)) {
            Files.copy(in, to);
        }
    }

    private static String[] compiler(Path source, Path use, Path classes) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java("javac"),
                                "-nowarn",
                                "-proc:none",
                                "-d",
                                classes.toString(),
                                "-cp",
                                CLASSES,
                                use.toString()));
        try (Stream<Path> files = Files.walk(source.resolve("src/main"))) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(command::add);
        }
        System.out.println("classes generated: " + (command.size() - 8));
        return command.toArray(String[]::new);
    }

    private String used(Path classes) throws Exception {
        Path home = Files.createDirectory(directory.resolve("server"));
        try (LabServer facteur = LabServer.start(home)) {
            try (SmtpTalk talk = facteur.login()) {
                for (String campaign : List.of("a/b %2F", "spring")) {
                    assertEquals(
                            250,
                            talk.deliver(
                                            "a@sender.example",
                                            "ok.anne@gmail.lab",
                                            "From: a@sender.example\r\nX-Campaign: "
                                                    + campaign
                                                    + "\r\n\r\nx\r\n")
                                    .code());
                }
            }
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    facteur.get("/api/v1/campaigns")
                                                    .replace(" ", "")
                                                    .split("\"sent\":1", -1)
                                                    .length
                                            > 2);
            return done(
                            java("java"),
                            "-cp",
                            classes + File.pathSeparator + CLASSES,
                            "UseClient",
                            "http://127.0.0.1:" + facteur.server().adminAddress().getPort(),
                            Files.readString(
                                            AdminAccounts.commandLineToken(
                                                    facteur.server().settings().dataDir()))
                                    .strip())
                    .lines()
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
        }
    }

    private static String java(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    private String done(String... command) throws Exception {
        Peers.Ended ended = Peers.run(PATIENCE, directory, List.of(command));
        assertTrue(ended.status() == 0, ended.output());
        return ended.output();
    }
}
