package facteur.server.cli;

import static org.awaitility.Awaitility.await;
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

    private Ran run(String... words) {
        return Ran.of(config, words);
    }

    private boolean isSuppressed(String address) {
        return server().store()
                .suppressions()
                .known(new AddressKey(address))
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
        Ran refused = run("suppression", "import", list.toString());
        assertEquals(2, refused.status(), refused.toString());
        assertTrue(refused.err().contains("line 3: \"nobody\" is not an address"), refused.err());
        assertTrue(refused.err().contains("line 4: cause \"whim\""), refused.err());
        assertTrue(!isSuppressed("anne@one.example"));

        Ran simulated = run("suppression", "simulate", list.toString(), "--json");
        assertTrue(simulated.out().replace(" ", "").contains("\"fresh\":2"), simulated.toString());
        assertTrue(!isSuppressed("anne@one.example"));

        Ran taken = run("suppression", "import", list.toString(), "--skip-bad");
        assertEquals(0, taken.status(), taken.toString());
        assertTrue(isSuppressed("anne@one.example") && isSuppressed("carl@three.example"));
        String why = run("suppression", "why", "anne@one.example", "--json").out();
        assertTrue(why.contains("complaint") && why.contains("twice"), why);
    }

    @Test
    void what_is_exported_can_be_imported_and_what_is_lifted_says_who_and_why() throws Exception {
        run("suppression", "add", "Anne@One.example", "--why", "asked, by phone");
        run("suppression", "add", "bert@two.example", "--scope", "campaigns");
        Ran exported = run("suppression", "export");
        assertEquals(3, exported.out().lines().count(), exported.out());
        assertTrue(exported.out().contains("\"asked, by phone\""), exported.out());
        Ran lifted = run("suppression", "remove", "anne@one.example", "--why", "asked again");
        assertEquals(0, lifted.status(), lifted.toString());
        assertTrue(!isSuppressed("anne@one.example"));
        String audit = facteur.get("/api/v1/audit");
        assertTrue(audit.contains("asked again") && audit.contains("anne@one.example"), audit);
        String simulated =
                run("suppression", "simulate", file(exported.out()).toString(), "--json").out();
        assertTrue(simulated.replace(" ", "").contains("\"lifted\":1"), simulated);
        Ran again = run("suppression", "import", file(exported.out()).toString());
        assertEquals(0, again.status(), again.toString());
        // An entry that is older than the lift stays lifted: it is the same decision.
        assertTrue(!isSuppressed("anne@one.example"));
        assertTrue(isSuppressed("bert@two.example"));
    }

    @Test
    void spellings_of_one_mailbox_are_one_address_and_other_mailboxes_are_not() throws Exception {
        run("suppression", "add", "Anne.Martin@M\u00dcNCHEN.example");
        for (String spelling :
                List.of("anne.martin@m\u00fcnchen.example", "ANNE.MARTIN@xn--mnchen-3ya.example")) {
            Ran why = run("suppression", "why", spelling, "--json");
            assertTrue(why.out().contains("manual"), why.toString());
        }
        // What some providers take for the same mailbox is another one here.
        for (String other :
                List.of("annemartin@m\u00fcnchen.example", "anne.martin+x@m\u00fcnchen.example")) {
            assertTrue(!run("suppression", "why", other).out().contains("manual"), other);
        }
    }

    @Test
    void an_entry_with_an_end_holds_until_then() {
        Instant end = Instant.now().plusSeconds(4);
        Ran added = run("suppression", "add", "anne@one.example", "--expires", end.toString());
        assertEquals(0, added.status(), added.toString());
        assertTrue(isSuppressed("anne@one.example"));
        await().until(() -> !isSuppressed("anne@one.example"));
        assertTrue(!Instant.now().isBefore(end));
    }

    @Test
    void several_parts_hold_together() throws Exception {
        Path list = directory.resolve("many.csv");
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            for (int i = 0; i < 5001; i++) {
                out.write("p" + i + "@many.example\n");
            }
        }
        Ran taken = run("suppression", "import", list.toString(), "--json");
        assertEquals(0, taken.status(), taken.toString());
        assertTrue(taken.out().replace(" ", "").contains("\"rows\":5001"), taken.out());
        assertTrue(isSuppressed("p0@many.example") && isSuppressed("p5000@many.example"));
    }

    @Test
    void what_pages_and_command_line_write_is_harmless_and_can_be_imported_again()
            throws Exception {
        List<String> addresses =
                List.of(
                        "=1+1@one.example",
                        "'=1+1@one.example",
                        "+a@one.example",
                        "#b@one.example",
                        "\"a,b;c\"@one.example",
                        "\"say \\\"no\\\"\"@one.example");
        for (String address : addresses) {
            Ran added =
                    run("suppression", "add", address, "--why", "=cmd()", "--scope", "campaigns");
            assertEquals(0, added.status(), added.toString());
        }
        String exported = run("suppression", "export").out();
        String downloaded = facteur.get("/suppressions?format=csv");
        for (String csv : List.of(exported, downloaded)) {
            assertTrue(csv.contains("\"'=cmd()\""), csv);
            assertTrue(!csv.contains("\"=") && !csv.contains("\"+"), csv);
            Path list = file(csv);
            Ran simulated = run("suppression", "simulate", list.toString(), "--json");
            String told = simulated.out().replace(" ", "");
            assertTrue(told.contains("\"bad\":0") && told.contains("\"fresh\":0"), told);
            assertTrue(told.contains("\"suppressed\":6"), told);
        }
        for (String address : addresses) {
            assertEquals(0, run("suppression", "remove", address).status(), address);
        }
        Ran taken = run("suppression", "import", file(downloaded).toString());
        assertEquals(0, taken.status(), taken.toString());
        for (String address : addresses) {
            String why = run("suppression", "why", address, "--json").out();
            assertTrue(why.contains("\"campaigns\"") && why.contains("\"=cmd()\""), why);
        }
    }

    @Test
    void a_quoted_line_break_belongs_to_its_cell() throws Exception {
        Path list = file("address;why\n\"anne@one.example\";\"two\nlines\"\nnobody;x\n");
        Ran refused = run("suppression", "import", list.toString());
        assertEquals(2, refused.status(), refused.toString());
        assertTrue(refused.err().contains("line 4: \"nobody\""), refused.err());
        assertEquals(0, run("suppression", "import", list.toString(), "--skip-bad").status());
        assertTrue(isSuppressed("anne@one.example"));
    }

    @Test
    void long_reasons_and_endless_lines_are_no_reason_to_fail() throws Exception {
        Path list = directory.resolve("long.csv");
        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            out.write("address,why\n");
            for (int i = 0; i < 500; i++) {
                out.write("p" + i + "@many.example," + "é\u0001".repeat(3000) + "\r\n");
            }
        }
        Ran taken = run("suppression", "import", list.toString(), "--json");
        assertEquals(0, taken.status(), taken.toString());
        assertTrue(isSuppressed("p0@many.example") && isSuppressed("p499@many.example"));

        try (BufferedWriter out = Files.newBufferedWriter(list)) {
            out.write("anne@one.example\n");
            for (int i = 0; i < 20_000; i++) {
                out.write("x".repeat(1000));
            }
            out.write("\nbert@two.example\n");
        }
        Ran refused = run("suppression", "import", list.toString());
        assertEquals(2, refused.status(), refused.toString());
        assertTrue(refused.err().contains("line 2: too long"), refused.err());
        assertTrue(!refused.err().contains("line 3"), refused.err());
        assertTrue(!isSuppressed("anne@one.example"));
    }
}
