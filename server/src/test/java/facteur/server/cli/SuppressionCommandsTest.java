package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.AddressKey;
import facteur.server.LabServer;
import facteur.server.Server;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** {@code facteur suppression} against a running server. */
class SuppressionCommandsTest {
    @TempDir private Path directory;
    private LabServer facteur;
    private Path config;

    @BeforeEach
    void start() throws Exception {
        facteur = LabServer.start(directory);
        config = reachable(directory, server());
    }

    /** A configuration that names the port at which the server really listens. */
    static Path reachable(Path directory, Server server) throws Exception {
        String yaml = Files.readString(directory.resolve("facteur.yaml"));
        return Files.writeString(
                directory.resolve("cli.yaml"),
                yaml.replace(
                        "admin: { listen: \"127.0.0.1:0\"",
                        "admin: { listen: \"127.0.0.1:" + server.adminAddress().getPort() + "\""));
    }

    @AfterEach
    void stop() {
        facteur.close();
    }

    private Server server() {
        return facteur.server();
    }

    private record Run(int status, String out, String err) {}

    private Run run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new java.util.ArrayList<>(List.of(words));
        all.addAll(List.of("--config", config.toString()));
        int status =
                FacteurCommand.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(all.toArray(String[]::new));
        return new Run(status, out.toString(), err.toString());
    }

    private boolean isSuppressed(String address) {
        return server().store()
                .suppressions()
                .row(new AddressKey(address))
                .filter(row -> !row.holding(Instant.now()).isEmpty())
                .isPresent();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(directory.resolve("list.csv"), text);
    }

    @Test
    void a_file_with_a_bad_line_is_told_by_number_and_nothing_of_it_is_taken() throws Exception {
        Path list =
                file(
                        """
                        address,cause,scope,why
                        anne@one.example,complaint,all,"said ""no"", twice"
                        nobody
                        bert@two.example,whim,all,
                        carl@three.example,unsubscribed,campaigns,
                        """);
        Run refused = run("suppression", "import", list.toString());
        assertEquals(2, refused.status(), refused.toString());
        assertTrue(refused.err().contains("line 3: \"nobody\" is not an address"), refused.err());
        assertTrue(refused.err().contains("line 4: cause \"whim\""), refused.err());
        assertTrue(!isSuppressed("anne@one.example"));

        Run simulated = run("suppression", "simulate", list.toString(), "--json");
        assertTrue(simulated.out().replace(" ", "").contains("\"fresh\":2"), simulated.toString());
        assertTrue(!isSuppressed("anne@one.example"));

        Run taken = run("suppression", "import", list.toString(), "--skip-bad");
        assertEquals(0, taken.status(), taken.toString());
        assertTrue(isSuppressed("anne@one.example") && isSuppressed("carl@three.example"));
        String why = run("suppression", "why", "anne@one.example", "--json").out();
        assertTrue(why.contains("complaint") && why.contains("twice"), why);
    }

    @Test
    void what_is_exported_can_be_imported_and_what_is_lifted_says_who_and_why() throws Exception {
        run("suppression", "add", "Anne@One.example", "--why", "asked, by phone");
        run("suppression", "add", "bert@two.example", "--scope", "campaigns");
        Run exported = run("suppression", "export");
        assertEquals(3, exported.out().lines().count(), exported.out());
        assertTrue(exported.out().contains("\"asked, by phone\""), exported.out());
        Run lifted = run("suppression", "remove", "anne@one.example", "--why", "asked again");
        assertEquals(0, lifted.status(), lifted.toString());
        assertTrue(!isSuppressed("anne@one.example"));
        Run again = run("suppression", "import", file(exported.out()).toString());
        assertEquals(0, again.status(), again.toString());
        // An entry that is older than the lift stays lifted: it is the same decision.
        assertTrue(!isSuppressed("anne@one.example"));
        assertTrue(isSuppressed("bert@two.example"));
    }

    @Test
    void several_parts_hold_together() throws Exception {
        Path list = directory.resolve("many.csv");
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            for (int i = 0; i < 5001; i++) {
                out.write("p" + i + "@many.example\n");
            }
        }
        Run taken = run("suppression", "import", list.toString(), "--json");
        assertEquals(0, taken.status(), taken.toString());
        assertTrue(taken.out().replace(" ", "").contains("\"rows\":5001"), taken.out());
        assertTrue(isSuppressed("p0@many.example") && isSuppressed("p5000@many.example"));
    }

    @Test
    void rules_can_be_held_against_a_file_and_against_what_is_stored() throws Exception {
        Path replies =
                Files.writeString(
                        directory.resolve("replies.tsv"),
                        "hard\tbad_mailbox\t550 5.1.1 no such user\n"
                                + "hard\tbad_mailbox\t550 5.7.1 spam\n");
        Run tested = noConfig("rules", "test", replies.toString());
        assertEquals(1, tested.status(), tested.toString());
        assertTrue(tested.out().contains("line 2: hard bad_mailbox expected"), tested.out());
        assertTrue(tested.out().contains("2 replies, 1 ruled as expected"), tested.out());
        Run dry = run("rules", "dry-run", "--since", "7d", "--json");
        assertEquals(0, dry.status(), dry.toString());
        assertTrue(dry.out().contains("\"changes\""), dry.out());
    }

    private static Run noConfig(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                FacteurCommand.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words);
        return new Run(status, out.toString(), err.toString());
    }
}
