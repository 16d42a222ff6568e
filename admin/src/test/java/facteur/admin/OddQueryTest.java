package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.web.PathParts;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Texts of every odd kind in every parameter: they may be refused, and nothing may break. */
class OddQueryTest {
    private static final List<String> ODD =
            List.of(
                    "x".repeat(2_000),
                    "é".repeat(600),
                    "\u0000",
                    "a\u0000b@c",
                    "@",
                    "@".repeat(300),
                    "ff".repeat(40),
                    "zz",
                    "-1",
                    "9".repeat(30),
                    "0000000000000000.70000",
                    "id:",
                    "id:99999999999999999999",
                    "name:",
                    "=",
                    "!",
                    "%",
                    ",,,",
                    "\uD83D\uDE00",
                    "\u202e");

    @TempDir private static Path directory;
    private static Program program;

    @BeforeAll
    static void open() throws Exception {
        program = Program.open(directory);
        new Town(program.house().store()).fill(Instant.now());
    }

    @AfterAll
    static void close() {
        program.close();
    }

    private static List<String> paths() {
        List<String> all = new ArrayList<>();
        for (String page :
                List.of(
                        "/campaigns?q=",
                        "/campaigns?tag=",
                        "/campaigns?sender_domain=",
                        "/campaigns/id:1/contacts?q=",
                        "/campaigns/id:1/contacts?domain=",
                        "/campaigns/id:1/contacts?after=",
                        "/contacts?q=",
                        "/contacts?campaigns=",
                        "/contacts?sort=",
                        "/contacts?wish=",
                        "/contacts?campaigns=id:1&after=",
                        "/contacts?campaigns=id:1&sort=id:1&after=",
                        "/contacts?after=",
                        "/contacts/id:1?after=",
                        "/suppressions?q=",
                        "/suppressions?after=",
                        "/campaigns/",
                        "/contacts/",
                        "/messages/")) {
            all.add(page);
            all.add("/api/v1" + page);
        }
        all.addAll(
                List.of(
                        "/deliverability?check=",
                        "/settings?q=",
                        "/settings?reply=",
                        "/login?next=",
                        "/language?to=",
                        "/language?to=fr&back=",
                        "/zone?to=",
                        "/api/v1/suppressions/",
                        "/api/v1/recipients/",
                        "/api/v1/queue/explain/",
                        "/api/v1/messages?after=",
                        "/api/v1/contacts/id:1/messages?after=",
                        "/api/v1/deliverability/records?domain=",
                        "/api/v1/rules/classify?reply="));
        return all;
    }

    @Test
    void nothing_breaks_whatever_stands_in_a_query_or_a_path() throws Exception {
        List<String> broken = new ArrayList<>();
        for (String path : paths()) {
            for (String odd : ODD) {
                int status = program.get(path + PathParts.encode(odd)).statusCode();
                if (status >= 500) {
                    broken.add(status + " " + path + PathParts.encode(odd));
                }
            }
        }
        assertTrue(broken.isEmpty(), String.join("\n", broken));
    }
}
