package facteur.mta.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.AllowedCampaigns;
import facteur.config.CredentialLimits;
import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.config.unit.ByteSize;
import facteur.config.unit.Network;
import facteur.config.unit.Rate;
import facteur.mail.address.Domain;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.trace.TraceLine;
import facteur.mta.trace.Watch;
import facteur.testkit.smtp.ServerReply;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a credential may, and what becomes of those who have none. */
class CredentialTest {
    private static final CredentialSettings FREE =
            CredentialSettings.unrestricted(Door.USER, new Secret(Door.PASSWORD));

    @TempDir private Path directory;

    private static CredentialSettings credential(
            Secret password,
            List<String> domains,
            List<String> networks,
            boolean nullSender,
            CredentialLimits limits) {
        return new CredentialSettings(
                Door.USER,
                password,
                new AllowedCampaigns.Only(Set.of("spring")),
                domains.stream().map(Domain::new).toList(),
                CredentialSettings.From.unsaid(domains.stream().map(Domain::new).toList()),
                Optional.empty(),
                nullSender,
                networks.stream().map(text -> Network.parse(text).orElseThrow()).toList(),
                Optional.empty(),
                limits);
    }

    private static String plain(String password) {
        String message = "\0" + Door.USER + "\0" + password;
        return Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.UTF_8));
    }

    private static SmtpTalk loggedIn(Door door) throws Exception {
        SmtpTalk talk = door.connect();
        talk.greet("client.example");
        talk.ask("AUTH PLAIN " + plain(Door.PASSWORD), 235);
        return talk;
    }

    private Door door(CredentialSettings credential) throws Exception {
        return new Door(directory, Door.Options.open().with(credential));
    }

    @Test
    void domains_campaigns_and_the_null_sender_are_those_allowed() throws Exception {
        CredentialSettings narrow =
                credential(
                        FREE.password(),
                        List.of("shop.example"),
                        List.of("127.0.0.0/8"),
                        false,
                        CredentialLimits.NONE);
        try (Door door = door(narrow);
                SmtpTalk talk = loggedIn(door)) {
            talk.ask("MAIL FROM:<a@elsewhere.example>", 550);
            talk.ask("MAIL FROM:<>", 550);
            talk.ask("MAIL FROM:<a@mail.shop.example>", 250);
            talk.ask("RCPT TO:<b@mx.example>", 250);
            talk.ask("DATA", 354);
            talk.sendRaw("From: a@shop.example\r\nX-Campaign: autumn\r\n\r\nhello\r\n.\r\n");
            assertEquals(554, talk.read().code());
            talk.ask("MAIL FROM:<a@shop.example>", 250);
            talk.ask("RCPT TO:<b@mx.example>", 250);
            talk.ask("DATA", 354);
            talk.sendRaw("From: a@shop.example\r\nX-Campaign: spring\r\n\r\nhello\r\n.\r\n");
            assertEquals(250, talk.read().code());
        }
    }

    @Test
    void the_header_names_nobody_else_where_domains_are_named() throws Exception {
        CredentialSettings narrow =
                credential(
                        FREE.password(),
                        List.of("shop.example"),
                        List.of(),
                        true,
                        CredentialLimits.NONE);
        List<String> foreign =
                List.of(
                        "From: x@evil.example",
                        "FROM : x@evil.example",
                        "From: a@shop.example, x@evil.example",
                        "From:\r\n a@shop.example,\r\n\tx@evil.example",
                        "From: Team: a@shop.example, x@evil.example;",
                        "From: =?utf-8?q?x=40evil.example?= <a@shop.example>",
                        "From: a@shop.example (x@evil.example)",
                        "From: a@shop.example\r\nFrom: x@evil.example",
                        "From: a@shop.example\r\nX-Other: 1\r\nfrom: a@shop.example",
                        "From: a@shop.example\r\nSender: x@evil.example",
                        "From: a@shop.example\r\nSender: a@shop.example\r\nSender: x@evil.example",
                        "From: a@shop.example.evil.example",
                        "From: a@notshop.example",
                        "From: <a@shop.example> <x@evil.example>",
                        "From: undisclosed:;",
                        "From: a@shop.example\r\nResent-From: x@evil.example",
                        "Resent-From: b@shop.example\r\nresent-from: x@evil.example\r\n"
                                + "From: a@shop.example",
                        "From: a@shop.example\r\nResent-Sender: x@evil.example",
                        "From: a@shop.example\r\nResent-From: Shop (x@evil.example)"
                                + " <a@shop.example>");
        List<String> own =
                List.of(
                        "From: a@shop.example",
                        "From: \"Shop, the\" <a@SHOP.example>, b@mail.shop.example",
                        "From: a@shop.example\r\nSender: Desk <b@mail.shop.example>",
                        "Resent-From: b@shop.example\r\nResent-From: c@shop.example\r\n"
                                + "From: a@shop.example");
        try (Door door = door(narrow);
                SmtpTalk talk = loggedIn(door)) {
            for (String header : foreign) {
                int code = submitted(talk, header);
                assertTrue(code == 550 || code == 554, header + ": " + code);
            }
            for (String header : own) {
                assertEquals(250, submitted(talk, header), header);
            }
        }
    }

    @Test
    void an_envelope_credential_writes_what_it_likes_in_the_header() throws Exception {
        CredentialSettings envelope =
                new CredentialSettings(
                        Door.USER,
                        FREE.password(),
                        new AllowedCampaigns.Any(),
                        List.of(new Domain("shop.example")),
                        CredentialSettings.From.ENVELOPE,
                        Optional.empty(),
                        true,
                        List.of(),
                        Optional.empty(),
                        CredentialLimits.NONE);
        try (Door door = door(envelope);
                SmtpTalk talk = loggedIn(door)) {
            assertEquals(250, submitted(talk, "From: x@elsewhere.example"));
            talk.ask("MAIL FROM:<a@elsewhere.example>", 550);
        }
    }

    private static int submitted(SmtpTalk talk, String header) throws Exception {
        talk.ask("MAIL FROM:<a@shop.example>", 250);
        talk.ask("RCPT TO:<b@mx.example>", 250);
        talk.ask("DATA", 354);
        talk.sendRaw(header + "\r\n\r\nhello\r\n.\r\n");
        return talk.read().code();
    }

    @Test
    void from_another_network_the_right_password_is_as_wrong_as_any() throws Exception {
        CredentialSettings far =
                credential(
                        FREE.password(),
                        List.of(),
                        List.of("192.0.2.0/24"),
                        true,
                        CredentialLimits.NONE);
        try (Door door = door(far);
                SmtpTalk talk = door.connect()) {
            talk.greet("client.example");
            talk.ask("AUTH PLAIN " + plain(Door.PASSWORD), 535);
        }
    }

    @Test
    void rates_and_sizes_hold_and_the_refusal_says_when_to_come_back() throws Exception {
        CredentialLimits limits =
                new CredentialLimits(
                        ByteSize.parse("1KiB"),
                        List.of(Rate.parse("2/h").orElseThrow()),
                        List.of(Rate.parse("3/h").orElseThrow()));
        try (Door door = door(credential(FREE.password(), List.of(), List.of(), true, limits));
                SmtpTalk talk = loggedIn(door)) {
            ServerReply hello = talk.ask("EHLO client.example", 250);
            assertTrue(hello.toString().contains("SIZE 1024"), hello.toString());
            talk.ask("MAIL FROM:<a@send.example> SIZE=1025", 552);
            talk.ask("MAIL FROM:<a@send.example>", 250);
            for (int i = 0; i < 3; i++) {
                talk.ask("RCPT TO:<b" + i + "@mx.example>", 250);
            }
            ServerReply fourth = talk.ask("RCPT TO:<c@mx.example>", 450);
            assertTrue(fourth.toString().contains("try again in"), fourth.toString());
            talk.ask("DATA", 354);
            talk.sendRaw("From: a@send.example\r\n\r\n" + "x".repeat(70).concat("\r\n").repeat(20));
            talk.sendRaw(".\r\n");
            assertEquals(552, talk.read().code());
            talk.ask("MAIL FROM:<a@send.example>", 250);
            talk.ask("RSET", 250);
            talk.ask("MAIL FROM:<a@send.example>", 450);
        }
    }

    @Test
    void a_slow_hash_is_compared_elsewhere_and_scram_is_not_announced() throws Exception {
        CredentialSettings hashed =
                CredentialSettings.unrestricted(
                        Door.USER, new Secret(new Argon2id().hash(Door.PASSWORD)));
        try (Door door = door(hashed);
                SmtpTalk talk = door.connect()) {
            ServerReply hello = talk.greet("client.example");
            assertTrue(hello.toString().contains("AUTH PLAIN LOGIN"), hello.toString());
            talk.ask("AUTH SCRAM-SHA-256", 504);
            talk.ask("AUTH PLAIN " + plain("wrong"), 535);
            // Pipelined behind a login that takes its time: answered in order.
            talk.sendRaw(
                    "AUTH PLAIN " + plain(Door.PASSWORD) + "\r\nMAIL FROM:<a@send.example>\r\n");
            assertEquals(235, talk.read().code());
            assertEquals(250, talk.read().code());
        }
    }

    @Test
    void one_who_guesses_over_many_connections_has_to_wait() throws Exception {
        try (Door door = door(FREE)) {
            List<SmtpTalk> talks = new ArrayList<>();
            // All at once: each failure costs its own connection two seconds, not the others.
            for (int i = 0; i < JamesSessionFactory.Doorkeeping.GUESSES.free(); i++) {
                SmtpTalk talk = door.connect();
                talks.add(talk);
                talk.greet("client.example");
                talk.send("AUTH PLAIN " + plain("guess " + i));
            }
            for (SmtpTalk talk : talks) {
                assertEquals(535, talk.read().code());
                talk.close();
            }
            try (SmtpTalk late = door.connect()) {
                late.greet("client.example");
                late.ask("AUTH PLAIN " + plain(Door.PASSWORD), 421);
            }
        }
    }

    @Test
    void a_trace_shows_the_dialogue_and_no_secret() throws Exception {
        try (Door door = door(FREE)) {
            String id = door.trace().watch("127.0.0.1"::equals).orElseThrow();
            try (SmtpTalk talk = loggedIn(door)) {
                talk.ask("RSET", 250);
            }
            try (SmtpTalk talk = door.connect()) {
                talk.greet("client.example");
                talk.ask("AUTH PLAIN", 334);
                talk.ask(plain(Door.PASSWORD), 235);
            }
            try (SmtpTalk talk = door.connect()) {
                talk.expect(220);
                talk.ask("AUTH PLAIN", 503);
                talk.ask(plain(Door.PASSWORD), 500);
                talk.ask("EHLO client.example", 250);
                talk.ask("AUTH\tPLAIN\t" + plain(Door.PASSWORD), 500);
                talk.ask("AUTH CRAM-MD5", 504);
                talk.ask(plain(Door.PASSWORD), 500);
                talk.ask("  AUTH PLAIN " + plain(Door.PASSWORD), 235);
            }
            Watch.Lines lines = door.trace().next(id, 0, Duration.ZERO).orElseThrow();
            String said = String.join("\n", lines.lines().stream().map(TraceLine::text).toList());
            assertTrue(said.contains("EHLO client.example"), said);
            assertTrue(said.contains("AUTH PLAIN ********"), said);
            assertTrue(said.contains("235 2.7.0"), said);
            assertFalse(said.contains(plain(Door.PASSWORD)), said);
            assertFalse(said.contains(Door.PASSWORD), said);
        }
    }
}
