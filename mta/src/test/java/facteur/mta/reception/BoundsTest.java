package facteur.mta.reception;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import facteur.mta.submission.Submission;
import facteur.store.journal.Position;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** How much a client, and how many clients, can ask of a listener. */
class BoundsTest {
    private static final String HEADER =
            "From: a@send.example\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n"
                    + "Message-ID: <1@send.example>\r\n\r\n";

    @TempDir Path directory;

    private static byte[] message(int size) {
        Random random = new Random(size);
        StringBuilder text = new StringBuilder(HEADER);
        while (text.length() < size) {
            int length = random.nextInt(200);
            for (int i = 0; i < length; i++) {
                text.append("..........abc".charAt(random.nextInt(13)));
            }
            text.append("\r\n");
        }
        return text.toString().getBytes(US_ASCII);
    }

    private static void envelope(SmtpTalk talk) throws IOException {
        talk.send("MAIL FROM:<a@send.example>", "RCPT TO:<b@mx.example>", "DATA");
        talk.expectAll(250, 250, 354);
    }

    @Test
    void a_message_of_20_mebibytes_is_stored_octet_for_octet() throws Exception {
        byte[] message = message(20 << 20);
        try (Door door = new Door(directory, Door.Options.open());
                SmtpTalk talk = door.loggedIn()) {
            Position before = door.now();
            envelope(talk);
            talk.sendMessage(message).expect(250);
            Door.Taken taken = door.takenSince(before).getFirst();
            byte[] stored = taken.octets();
            byte[] tail = Arrays.copyOfRange(stored, stored.length - message.length, stored.length);
            assertArrayEquals(digest(message), digest(tail));
            assertEquals(stored.length, taken.accepted().size());
            String prefix = new String(stored, 0, stored.length - message.length, US_ASCII);
            assertTrue(
                    prefix.matches(
                            "Received: from client.example \\(\\[127.0.0.1\\]\\)\r\n"
                                    + "\tby door.example \\(Facteur\\) with ESMTPA id [^;]+;\r\n"
                                    + "\t[^\r]+\r\n"),
                    prefix);
        }
    }

    private static byte[] digest(byte[] octets) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(octets);
    }

    @Test
    void a_message_beyond_the_largest_size_is_refused_and_the_connection_lives() throws Exception {
        try (Door door = new Door(directory, Door.Options.open());
                SmtpTalk talk = door.loggedIn()) {
            Position before = door.now();
            envelope(talk);
            talk.sendMessage(message(25 << 20)).expect(552);
            envelope(talk);
            talk.sendMessage(message(1000)).expect(250);
            assertEquals(1, door.takenSince(before).size());
        }
    }

    @Test
    void clients_who_leave_give_back_what_they_held() throws Exception {
        byte[] half = (HEADER + ("x".repeat(98) + "\r\n").repeat(80_000)).getBytes(US_ASCII);
        try (Door door = new Door(directory, Door.Options.open())) {
            Position before = door.now();
            for (int i = 0; i < 20; i++) {
                try (SmtpTalk talk = door.loggedIn()) {
                    envelope(talk);
                    talk.sendRaw(half);
                }
            }
            // 150 MiB went by: were they still counted, nothing could be taken any more.
            assertTrue(20L * half.length > Submission.MAX_IN_FLIGHT);
            await().until(() -> door.submission().obstacle().isEmpty());
            try (SmtpTalk talk = door.loggedIn()) {
                envelope(talk);
                talk.sendMessage(message(1000)).expect(250);
            }
            assertEquals(1, door.takenSince(before).size());
        }
    }

    @Test
    void a_full_disk_is_told_at_mail() throws Exception {
        try (Door door = new Door(directory, Door.Options.open());
                SmtpTalk talk = door.loggedIn()) {
            door.diskIsLow(true);
            talk.ask("MAIL FROM:<a@send.example>", 452);
            door.diskIsLow(false);
            envelope(talk);
            door.diskIsLow(true);
            talk.sendMessage(message(1000)).expect(452);
        }
    }

    @Test
    void one_client_has_so_many_connections() throws Exception {
        try (Door door = new Door(directory, Door.Options.open().withConnections(3))) {
            List<SmtpTalk> talks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                talks.add(door.connect());
                talks.getLast().expect(220);
            }
            try (SmtpTalk fourth = door.connect()) {
                fourth.expect(421);
                assertTrue(fourth.closedByPeer());
            }
            talks.getFirst().close();
            await().until(() -> isGreeted(door));
            for (SmtpTalk talk : talks) {
                talk.close();
            }
        }
    }

    private static boolean isGreeted(Door door) throws IOException {
        try (SmtpTalk talk = door.connect()) {
            return talk.read().code() == 220;
        }
    }

    @Test
    void a_client_who_knows_no_command_is_sent_away() throws Exception {
        try (Door door = new Door(directory, Door.Options.open());
                SmtpTalk talk = door.loggedIn()) {
            for (int i = 0; i < 20; i++) {
                talk.ask("GET / HTTP/1.1", 500);
            }
            talk.ask("GET / HTTP/1.1", 421);
            assertTrue(talk.closedByPeer());
        }
    }

    @Test
    void the_proxy_says_who_the_client_is() throws Exception {
        try (Door door = new Door(directory, Door.Options.open().behindProxy())) {
            Position before = door.now();
            try (SmtpTalk talk = SmtpTalk.connect(door.address())) {
                talk.sendRaw("PROXY TCP4 192.0.2.7 192.0.2.8 1234 25\r\n");
                talk.greet("client.example");
                talk.ask("AUTH PLAIN " + Door.plain("", Door.USER, Door.PASSWORD), 235);
                envelope(talk);
                talk.sendMessage(message(1000)).expect(250);
            }
            assertEquals("192.0.2.7", door.takenSince(before).getFirst().accepted().client());
            try (SmtpTalk talk = SmtpTalk.connect(door.address())) {
                talk.sendRaw("EHLO client.example\r\n");
                assertTrue(talk.closedByPeer(), "no PROXY header, no talk");
            }
        }
    }

    @Test
    void who_a_proxy_says_is_on_this_machine_has_to_log_in() throws Exception {
        Door.Options trusting =
                Door.Options.open().with(new SmtpSession.Rules(true, false, true, 5));
        try (Door door = new Door(directory.resolve("seen"), trusting);
                SmtpTalk talk = SmtpTalk.connect(door.address())) {
            talk.greet("client.example");
            talk.ask("MAIL FROM:<a@sender.example>", 250);
        }
        try (Door door = new Door(directory.resolve("told"), trusting.behindProxy())) {
            for (String said : List.of("TCP4 127.0.0.1 127.0.0.1 1234 25", "UNKNOWN")) {
                try (SmtpTalk talk = SmtpTalk.connect(door.address())) {
                    talk.sendRaw("PROXY " + said + "\r\n");
                    talk.greet("client.example");
                    talk.ask("MAIL FROM:<a@sender.example>", 530);
                }
            }
        }
    }

    @Test
    void what_a_client_calls_himself_cannot_forge_a_header() throws Exception {
        try (Door door = new Door(directory, Door.Options.open());
                SmtpTalk talk = door.loggedIn()) {
            Position before = door.now();
            talk.ask("EHLO x.example (evil) by \u00e9\u0001", 250);
            envelope(talk);
            talk.sendMessage(message(1000)).expect(250);
            String stored =
                    new String(
                            door.takenSince(before).getFirst().octets(),
                            StandardCharsets.ISO_8859_1);
            assertTrue(stored.startsWith("Received: from unknown ("), stored.substring(0, 60));
        }
    }
}
