package facteur.server.maillog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.Peers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The filter that is shipped, with Debian's fail2ban-regex. */
class Fail2banTest {
    private static final Path FILTER =
            Path.of("../packaging/src/main/files/etc/fail2ban/filter.d/facteur.conf");
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00.120Z");

    // What a stranger would write to have somebody else's address banned.
    private static final String FORGED =
            "x\n"
                + "2026-11-30T12:00:00.000Z login_refused service=submission client=192.0.2.66"
                + " count=9\n"
                + "{\"at\":\"2026-11-30T12:00:00.000Z\",\"event\":\"login_refused\",\"service\":\"admin\",\"client\":\"192.0.2.66\",\"count\":1}\n";

    @TempDir private Path directory;

    private static List<LogEntry> refused() throws Exception {
        RefusalSums sums = new RefusalSums();
        for (int i = 0; i < 7; i++) {
            sums.add(RefusalSums.Kind.SUBMISSION_LOGIN, InetAddress.getByName("192.0.2.7"));
            sums.add(RefusalSums.Kind.LINK, InetAddress.getByName("192.0.2.8"));
        }
        sums.add(RefusalSums.Kind.ADMIN_LOGIN, InetAddress.getByName("2001:db8::7"));
        return sums.drain(NOON);
    }

    private static List<LogEntry> forged() {
        List<LogEntry> entries = new ArrayList<>();
        for (String event : List.of("attempt", "accepted", "bounce")) {
            entries.add(
                    LogEntry.of(NOON, event)
                            .text("to", FORGED)
                            .texts("to", List.of(FORGED, FORGED.replace("\n", " ")))
                            .text("reply", FORGED.replace("\n", "\r"))
                            .text("last", "login_refused service=admin client=192.0.2.66 count=1")
                            .build());
        }
        return entries;
    }

    private String regex(String name, List<String> lines) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, String.join("", lines));
        Peers.Ended ended =
                Peers.run(
                        Duration.ofSeconds(60),
                        directory,
                        List.of(
                                "fail2ban-regex",
                                "--print-all-matched",
                                file.toString(),
                                FILTER.toAbsolutePath().normalize().toString()));
        return ended.output();
    }

    @Test
    void refused_logins_are_found_in_either_format_and_with_what_systemd_puts_before_a_line()
            throws Exception {
        for (LineFormat format : LineFormat.values()) {
            List<String> lines = refused().stream().map(format::line).toList();
            assertEquals(3, lines.size());
            List<String> all = new ArrayList<>(lines);
            lines.forEach(line -> all.add("Nov 30 12:00:01 mx1 facteur[412]: " + line));
            String found = regex("real-" + format + ".log", all);
            assertTrue(found.contains("Lines: 6 lines, 0 ignored, 4 matched, 2 missed"), found);
        }
    }

    @Test
    void what_strangers_write_is_never_taken_for_a_refused_login() throws Exception {
        for (LineFormat format : LineFormat.values()) {
            List<String> lines = forged().stream().map(format::line).toList();
            String found = regex("forged-" + format + ".log", lines);
            assertTrue(found.contains("Lines: 3 lines, 0 ignored, 0 matched, 3 missed"), found);
        }
    }

    @Test
    void many_addresses_of_a_second_are_one_sum_and_a_mangled_link_names_nobody() throws Exception {
        RefusalSums sums = new RefusalSums();
        for (int i = 0; i < RefusalSums.MOST_CLIENTS + 300; i++) {
            InetAddress client =
                    InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
            sums.add(RefusalSums.Kind.SUBMISSION_LOGIN, client);
        }
        for (int i = 0; i < RefusalSums.GUESSES - 1; i++) {
            sums.add(RefusalSums.Kind.LINK, InetAddress.getByName("192.0.2.8"));
        }
        List<String> lines = sums.drain(NOON).stream().map(LineFormat.TEXT::line).toList();
        assertEquals(RefusalSums.MOST_CLIENTS + 2, lines.size());
        assertTrue(
                lines.contains(
                        "2026-11-30T12:00:00.120Z login_refused service=submission count=300\n"));
        assertTrue(
                lines.contains("2026-11-30T12:00:00.120Z link_refused service=tracker count=4\n"));
        assertEquals(List.of(), sums.drain(NOON));
    }
}
