package facteur.server.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.LabServer;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The script, read by the shells that it is for. */
class CompletionTest {
    @TempDir private Path directory;

    private Path script() throws IOException {
        Path script = directory.resolve("facteur.bash");
        Files.writeString(script, Completion.script(FacteurCommand.commandLine()));
        return script;
    }

    /** A command in place of facteur, which tells how it was asked. */
    private Path asked(String answer) throws IOException {
        Path command = directory.resolve("facteur");
        Files.writeString(
                command,
                "#!/bin/sh\necho \"$*\" >>"
                        + directory.resolve("asked")
                        + "\nprintf '"
                        + answer
                        + "'\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
        return command;
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /** What a shell offers for the last of the words. */
    private List<String> offered(String shell, String... words) throws Exception {
        String line =
                Stream.of(words).map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        String load =
                shell.equals("zsh")
                        ? "autoload -U +X compinit && compinit -u -D; autoload -U +X bashcompinit"
                                + " && bashcompinit; setopt ksharrays; "
                        : "";
        return run(
                        shell,
                        "-c",
                        load
                                + "source "
                                + script()
                                + "; COMP_WORDS=("
                                + line
                                + "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _facteur; for each in"
                                + " \"${COMPREPLY[@]}\"; do printf '%s\\n"
                                + "' \"$each\"; done")
                .lines()
                .filter(each -> !each.isEmpty())
                .sorted()
                .toList();
    }

    private void wordsAndNames(String shell) throws Exception {
        String facteur = asked("spring\\nspring sale\\n").toString();
        assertEquals(List.of("queue"), offered(shell, facteur, "que"));
        assertEquals(List.of("retry"), offered(shell, facteur, "message", "ret"));
        assertEquals(List.of("--site", "--state"), offered(shell, facteur, "queue", "list", "--s"));
        assertEquals(
                List.of("spring", "spring\\ sale"),
                offered(shell, facteur, "campaign", "show", "--config", "c.yaml", "spr"));
        assertEquals(2, offered(shell, facteur, "message", "list", "--campaign", "spr").size());
        assertTrue(offered(shell, facteur, "queue", "list", "--limit", "").isEmpty());
        assertEquals(
                List.of("__complete campaign spr --config c.yaml", "__complete campaign spr"),
                Files.readAllLines(directory.resolve("asked")));
        assertTrue(
                offered(shell, facteur, "check", "--config", "").isEmpty(), "files: the shell's");
    }

    @Test
    void bash_completes_commands_options_and_names_that_the_server_knows() throws Exception {
        wordsAndNames("bash");
    }

    @Test
    void so_does_zsh() throws Exception {
        wordsAndNames("zsh");
        Path own = directory.resolve("_facteur");
        Files.writeString(own, Completion.zsh(Files.readString(script())));
        assertEquals("", run("zsh", "-n", own.toString()));
    }

    @Test
    void names_are_those_of_the_running_server() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Path config = SuppressionCommandsTest.reachable(directory, facteur.server());
            try (SmtpTalk talk = facteur.login()) {
                assertEquals(
                        250,
                        talk.deliver(
                                        "a@sender.example",
                                        "ok.x@gmail.lab",
                                        "From: a@sender.example\r\nX-Campaign: spring\r\n\r\nx\r\n")
                                .code());
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    Ran.of(config, "__complete", "campaign", "sp")
                                            .out()
                                            .equals("spring\n"));
            assertEquals("", Ran.of(config, "__complete", "campaign", "x").out());
            assertEquals(
                    LabServer.USER + "\n", Ran.of(config, "__complete", "credential", "").out());
        }
    }

    /** A server that takes the question and never answers: nobody waits for it at the keyboard. */
    @Test
    void a_silent_server_ends_the_question_by_itself() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Path token = directory.resolve("data/admin/cli-token");
            Files.createDirectories(token.getParent());
            Files.writeString(token, "token");
            Path config = directory.resolve("facteur.yaml");
            Files.writeString(
                    config,
                    "data_dir: data\nadmin: { listen: \"127.0.0.1:"
                            + silent.getLocalPort()
                            + "\" }\n");
            assertEquals(new Ran(1, "", ""), Ran.of(config, "__complete", "site", ""));
        }
    }
}
