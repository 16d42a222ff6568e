package facteur.mta.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mta.smtpd.Framer;
import facteur.store.journal.Position;
import facteur.testkit.smtp.SmtpTalk;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a logged-in client can send, octet for octet, and what comes of it: the replies in order, in
 * what state the connection is left, and what was stored. Each case is sent in one write, and again
 * octet by octet.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireTest {
    private static final String ENVELOPE =
            "MAIL FROM:<a@send.example>\r\nRCPT TO:<b@mx.example>\r\nDATA\r\n";
    private static final String HEADER =
            "From: a@send.example\r\n"
                    + "Date: Mon, 2 Mar 2026 09:00:00 +0000\r\n"
                    + "Message-ID: <1@send.example>\r\n\r\n";
    private static final String SMUGGLED =
            "MAIL FROM:<evil@send.example>\r\nRCPT TO:<victim@mx.example>\r\nDATA\r\n"
                    + HEADER
                    + "smuggled\r\n.\r\n";
    private static final String TAKEN = "250 250 354 ";

    private Door door;

    /**
     * @param replies codes in order, then {@code closed} or {@code open}
     * @param stored bodies of the messages that were taken, without header
     */
    private record Case(String name, String sent, String replies, List<String> stored) {
        static Case of(String name, String sent, String replies, String... stored) {
            return new Case(name, sent, replies, List.of(stored));
        }

        /** Content that breaks the rules: refused, closed, nothing stored. */
        static Case content(String name, String body) {
            return of(name, ENVELOPE + HEADER + body, TAKEN + "500 closed");
        }

        /** One command that is refused, or not. */
        static Case one(String name, String command, String replies) {
            return of(name, command + "\r\n", replies + " open");
        }

        static Case mail(String name, String argument, String replies) {
            return one(name, "MAIL FROM:" + argument, replies);
        }

        static Case rcpt(String name, String argument, String replies) {
            return one(name, "MAIL FROM:<a@send.example>\r\nRCPT TO:" + argument, "250 " + replies);
        }
    }

    private static Stream<Case> smuggling() {
        return Stream.of(
                Case.content("LF.LF does not end a message", "x\n.\n" + SMUGGLED),
                Case.content("LF.CRLF does not end a message", "x\n.\r\n" + SMUGGLED),
                Case.content("CRLF.LF does not end a message", "x\r\n.\n" + SMUGGLED),
                Case.content("CR.CRLF does not end a message", "x\r.\r\n" + SMUGGLED),
                Case.content("CRLF.CR does not end a message", "x\r\n.\r" + SMUGGLED),
                Case.content("CR.CR does not end a message", "x\r.\r" + SMUGGLED),
                Case.content("LF.CR does not end a message", "x\n.\r" + SMUGGLED),
                Case.content("CR.LF does not end a message", "x\r.\n" + SMUGGLED),
                Case.content("CRCRLF.CRLF does not end a message", "x\r\r\n.\r\n" + SMUGGLED),
                Case.content("CRLF.CRCRLF does not end a message", "x\r\n.\r\r\n" + SMUGGLED),
                Case.content("LFLF.LF does not end a message", "x\n\n.\n" + SMUGGLED),
                Case.content("CRLF NUL .CRLF, then LF.CRLF", "x\r\n\0.\r\ny\n.\r\n" + SMUGGLED),
                Case.content("CRLF.x LF does not end a message", "x\r\n.x\n" + SMUGGLED),
                Case.content("a bare LF in content", "a\nb\r\n.\r\n"),
                Case.content("a bare CR in content", "a\rb\r\n.\r\n"),
                Case.of(
                        "a bare LF in the header",
                        ENVELOPE + "From: a@send.example\nX: y\r\n\r\n.\r\n",
                        TAKEN + "500 closed"),
                Case.of("LF at once", ENVELOPE + "\n.\r\n", TAKEN + "500 closed"),
                Case.of("a dot and LF at once", ENVELOPE + ".\n", TAKEN + "500 closed"));
    }

    private static Stream<Case> framing() {
        return Stream.of(
                Case.of("a command ended by bare LF", "NOOP\nNOOP\r\n", "500 closed"),
                Case.of("a command ended by bare CR", "NOOP\rNOOP\r\n", "500 closed"),
                Case.of("CR CR LF behind a command", "NOOP\r\r\n", "500 closed"),
                Case.of("NUL in a command", "NO\0OP\r\n", "500 closed"),
                Case.of(
                        "a command that is too long",
                        "NOOP " + "x".repeat(Framer.MAX_COMMAND) + "\r\n",
                        "500 closed"),
                Case.of("an empty line", "\r\nNOOP\r\n", "500 250 open"),
                Case.of("verbs in any case", "noop\r\nNoOp\r\nrSeT\r\n", "250 250 250 open"),
                Case.of("unknown verbs", "XYZZY\r\nETRN x\r\nBDAT 3\r\n", "500 500 500 open"),
                Case.of("QUIT behind others", "NOOP\r\nQUIT\r\nNOOP\r\n", "250 221 closed"),
                Case.of(
                        "keywords in any case",
                        "mail from:<a@send.example> body=8bitmime\r\nRcpt To:<b@mx.example>\r\n",
                        "250 250 open"));
    }

    private static Stream<Case> content() {
        return Stream.of(
                message("a dot is unstuffed", "..\r\n..x\r\n...\r\n", ".\r\n.x\r\n..\r\n"),
                message("a dot of one octet line", ".x\r\n", "x\r\n"),
                message("NUL passes", "a\0b\r\n", "a\0b\r\n"),
                message("8-bit passes", "\u00e9\u00ff\r\n", "\u00e9\u00ff\r\n"),
                message("no body", "", ""),
                message("998 octets in a line", "x".repeat(998) + "\r\n", "x".repeat(998) + "\r\n"),
                message(
                        "998 octets and a stuffed dot",
                        "." + ".".repeat(998) + "\r\n",
                        ".".repeat(998) + "\r\n"),
                Case.of(
                        "999 octets in a line",
                        ENVELOPE + HEADER + "x".repeat(999) + "\r\n.\r\nNOOP\r\n",
                        TAKEN + "554 250 open"),
                Case.of(
                        "100 000 octets in a line",
                        ENVELOPE + HEADER + "x".repeat(100_000) + "\r\n.\r\nNOOP\r\n",
                        TAKEN + "554 250 open"),
                Case.of("no From", ENVELOPE + "Subject: x\r\n\r\nx\r\n.\r\n", TAKEN + "554 open"),
                Case.of("nothing at all", ENVELOPE + ".\r\n", TAKEN + "554 open"),
                Case.of(
                        "50 Received",
                        ENVELOPE + "Received: x\r\n".repeat(50) + HEADER + ".\r\n",
                        TAKEN + "250 open",
                        ""),
                Case.of(
                        "51 Received",
                        ENVELOPE + "Received: x\r\n".repeat(51) + HEADER + ".\r\n",
                        TAKEN + "554 open"),
                Case.of(
                        "a header of 300 KiB",
                        ENVELOPE + "X: y23456789 123456\r\n".repeat(15_000) + HEADER + ".\r\n",
                        TAKEN + "554 open"),
                Case.of("a connection lost before the dot", ENVELOPE + HEADER + "x\r\n", TAKEN),
                Case.of(
                        "a connection lost before the LF of the dot",
                        ENVELOPE + HEADER + "x\r\n.\r",
                        TAKEN));
    }

    private static Case message(String name, String sent, String stored) {
        return Case.of(name, ENVELOPE + HEADER + sent + ".\r\n", TAKEN + "250 open", stored);
    }

    private static Stream<Case> order() {
        return Stream.of(
                Case.of(
                        "two messages in one write",
                        (ENVELOPE + HEADER + "1\r\n.\r\n") + (ENVELOPE + HEADER + "2\r\n.\r\n"),
                        TAKEN + "250 " + TAKEN + "250 open",
                        "1\r\n",
                        "2\r\n"),
                Case.of(
                        "commands behind the dot are answered behind it",
                        ENVELOPE + HEADER + "x\r\n.\r\nXYZZY\r\nMAIL FROM:<c@send.example>\r\n",
                        TAKEN + "250 500 250 open",
                        "x\r\n"),
                Case.of("DATA without MAIL", "DATA\r\nNOOP\r\n", "503 250 open"),
                Case.of("RCPT without MAIL", "RCPT TO:<b@mx.example>\r\n", "503 open"),
                Case.of(
                        "DATA after only refused RCPT",
                        "MAIL FROM:<a@send.example>\r\nRCPT TO:<nonsense>\r\nDATA\r\nNOOP\r\n",
                        "250 553 554 250 open"),
                Case.of(
                        "MAIL twice",
                        "MAIL FROM:<a@send.example>\r\nMAIL FROM:<a@send.example>\r\n",
                        "250 503 open"),
                Case.of(
                        "RSET drops the transaction",
                        "MAIL FROM:<a@send.example>\r\nRSET\r\nRCPT TO:<b@mx.example>\r\n",
                        "250 250 503 open"),
                Case.of(
                        "EHLO drops the transaction",
                        "MAIL FROM:<a@send.example>\r\n"
                                + "EHLO x.example\r\n"
                                + "RCPT TO:<b@mx.example>\r\n",
                        "250 250 503 open"),
                Case.of(
                        "an unknown verb does not",
                        "MAIL FROM:<a@send.example>\r\nXYZZY\r\nRCPT TO:<b@mx.example>\r\n",
                        "250 500 250 open"),
                Case.of(
                        "the sixth recipient of five",
                        "MAIL FROM:<a@send.example>\r\n"
                                + "RCPT TO:<1@mx.example>\r\nRCPT TO:<2@mx.example>\r\n"
                                + "RCPT TO:<3@mx.example>\r\nRCPT TO:<4@mx.example>\r\n"
                                + "RCPT TO:<5@mx.example>\r\nRCPT TO:<6@mx.example>\r\nDATA\r\n"
                                + HEADER
                                + ".\r\n",
                        "250 250 250 250 250 250 452 354 250 open",
                        ""),
                Case.of(
                        "AUTH in a transaction",
                        "MAIL FROM:<a@send.example>\r\nAUTH PLAIN\r\n",
                        "250 503 open"),
                Case.of("AUTH twice", "AUTH PLAIN\r\n", "503 open"),
                Case.of(
                        "STARTTLS in a transaction",
                        "MAIL FROM:<a@send.example>\r\nSTARTTLS\r\n",
                        "250 503 open"),
                Case.of("STARTTLS with an argument", "STARTTLS now\r\n", "501 open"),
                Case.of("DATA with an argument", "DATA now\r\n", "501 open"),
                Case.of("EHLO without a name", "EHLO\r\nHELO \r\n", "501 501 open"));
    }

    private static Stream<Case> paths() {
        return Stream.of(
                Case.mail("an unknown MAIL parameter", "<a@send.example> X=Y", "555"),
                Case.mail("BODY=NONSENSE", "<a@send.example> BODY=NONSENSE", "501"),
                Case.mail("BODY twice", "<a@send.example> BODY=7BIT BODY=7BIT", "501"),
                Case.mail("SIZE too large", "<a@send.example> SIZE=99999999999", "552"),
                Case.mail("SIZE that fits", "<a@send.example> SIZE=1000", "250"),
                Case.mail("SIZE negative", "<a@send.example> SIZE=-1", "501"),
                Case.mail("SIZE of 30 digits", "<a@send.example> SIZE=" + "9".repeat(30), "501"),
                Case.mail("SMTPUTF8 with a value", "<a@send.example> SMTPUTF8=1", "501"),
                Case.mail("SMTPUTF8", "<\u00e9@send.example> SMTPUTF8", "250"),
                Case.mail("UTF-8 without SMTPUTF8", "<\u00e9@send.example>", "553"),
                Case.mail("RET=SOME", "<a@send.example> RET=SOME", "501"),
                Case.mail(
                        "RET, ENVID and AUTH",
                        "<a@send.example> RET=HDRS ENVID=x+2By AUTH=<>",
                        "250"),
                Case.mail("the longest ENVID", "<a@send.example> ENVID=" + "x".repeat(100), "250"),
                Case.mail("a longer ENVID", "<a@send.example> ENVID=" + "x".repeat(101), "501"),
                Case.mail("ENVID that is no xtext", "<a@send.example> ENVID=x+zz", "501"),
                Case.mail("REQUIRETLS, which is not offered", "<a@send.example> REQUIRETLS", "555"),
                Case.mail("a blank before the path", " <a@send.example>", "250"),
                Case.mail("no brackets", "a@send.example", "501"),
                Case.mail("brackets unclosed", "<a@send.example", "501"),
                Case.mail("no blank behind the path", "<a@send.example>SIZE=1", "501"),
                Case.mail("the null path", "<>", "250"),
                Case.mail("an unqualified sender", "<a>", "553"),
                Case.mail(
                        "a path of 3000 octets", "<" + "a".repeat(3000) + "@send.example>", "553"),
                Case.one("MAIL without FROM", "MAIL <a@send.example>", "501"),
                Case.rcpt("an unqualified recipient", "<b>", "553"),
                Case.rcpt("postmaster alone", "<postmaster>", "553"),
                Case.rcpt("no recipient", "<>", "553"),
                Case.rcpt("a source route", "<@relay.example:b@mx.example>", "553"),
                Case.rcpt("two @", "<b@evil.example@mx.example>", "553"),
                Case.rcpt("a quoted @", "<\"b@evil.example\"@mx.example>", "250"),
                Case.rcpt("a quoted >", "<\"b>\"@mx.example>", "250"),
                Case.rcpt("an address literal", "<b@[192.0.2.1]>", "250"),
                Case.rcpt("an IPv6 literal", "<b@[IPv6:2001:db8::1]>", "250"),
                Case.rcpt("a literal that is none", "<b@[300.1.1.1]>", "553"),
                Case.rcpt("a control character", "<b\u0001@mx.example>", "553"),
                Case.rcpt("a blank in the path", "<b c@mx.example>", "553"),
                Case.rcpt("an unknown RCPT parameter", "<b@mx.example> X=Y", "555"),
                Case.rcpt("NOTIFY=NEVER,DELAY", "<b@mx.example> NOTIFY=NEVER,DELAY", "501"),
                Case.rcpt(
                        "NOTIFY and ORCPT",
                        "<b@mx.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bc@mx.example",
                        "250"),
                Case.rcpt("ORCPT without a type", "<b@mx.example> ORCPT=b@mx.example", "501"),
                Case.rcpt("a local part of 65", "<" + "b".repeat(65) + "@mx.example>", "553"));
    }

    @BeforeAll
    void open(@TempDir Path directory) throws Exception {
        door = new Door(directory, Door.Options.open());
    }

    @AfterAll
    void close() {
        door.close();
    }

    @TestFactory
    Stream<DynamicTest> in_one_write() {
        return cases().map(
                        c -> DynamicTest.dynamicTest(c.name(), () -> play(c, c.sent().length())));
    }

    @TestFactory
    Stream<DynamicTest> octet_by_octet() {
        return cases().filter(c -> c.sent().length() < 3000)
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> play(c, 1)));
    }

    private static Stream<Case> cases() {
        return Stream.of(smuggling(), framing(), content(), order(), paths()).flatMap(c -> c);
    }

    private void play(Case which, int step) throws Exception {
        Position before = door.now();
        try (SmtpTalk talk = door.loggedIn()) {
            Thread sender = Thread.ofVirtual().start(() -> send(talk, octets(which), step));
            List<String> found = new ArrayList<>();
            for (String wanted : which.replies().strip().split(" ", -1)) {
                found.add(
                        switch (wanted) {
                            case "closed" -> talk.closedByPeer() ? wanted : "open";
                            case "open" -> {
                                talk.ask("NOOP", 250);
                                yield wanted;
                            }
                            default -> String.valueOf(talk.read().code());
                        });
            }
            assertEquals(which.replies().strip(), String.join(" ", found));
            sender.join();
        }
        assertEquals(
                which.stored(),
                door.takenSince(before).stream().map(WireTest::body).toList(),
                "what was stored");
    }

    private static byte[] octets(Case which) {
        boolean utf8 = which.name().contains("UTF");
        return which.sent().getBytes(utf8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    private static void send(SmtpTalk talk, byte[] octets, int step) {
        try {
            for (int i = 0; i < octets.length; i += step) {
                talk.sendRaw(
                        java.util.Arrays.copyOfRange(octets, i, Math.min(octets.length, i + step)));
            }
        } catch (java.io.IOException e) {
            // The server may close before it has read everything: the replies tell.
            assertTrue(e.getMessage() != null);
        }
    }

    private static String body(Door.Taken taken) {
        String sent = taken.sent();
        return sent.substring(sent.indexOf("\r\n\r\n") + 4);
    }
}
