package facteur.message.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MailId;
import facteur.mail.message.TrackingMode;
import facteur.message.mime.HeaderBlock;
import facteur.message.render.Fixture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Locale;

class PreparationTest {
    private static final MailId ID = new MailId(0x123456789abcdefL);

    @Test
    void what_is_missing_is_added_once_in_front() {
        Preparation.Prepared prepared = prepare("From: a@b.example\r\n\r\n", "client.example");
        assertEquals(
                String.join(
                        "\r\n",
                        "Received: from client.example ([192.0.2.7])",
                        "\tby mail.example with ESMTPSA id " + ID + ";",
                        "\tMon, 5 Jan 2026 10:00:00 +0000",
                        "Date: Mon, 5 Jan 2026 10:00:00 +0000",
                        "Message-ID: <" + ID + "@mail.example>",
                        ""),
                prepared.prefix().replace(" (Facteur)", ""));
        assertEquals("<" + ID + "@mail.example>", prepared.facts().messageId());
    }

    @Test
    void what_is_there_stays() {
        String header = "Date: x\r\nMESSAGE-ID: <1@b.example>\r\n\r\n";
        Preparation.Prepared prepared = prepare(header, "[192.0.2.7]");
        assertTrue(!prepared.prefix().contains("Date:"), prepared.prefix());
        assertTrue(!prepared.prefix().contains("Message-ID:"), prepared.prefix());
        assertEquals("<1@b.example>", prepared.facts().messageId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Date:\r\n", "Date: \r\n", "Date:\t\r\n  \r\n", "date :\r\n"})
    void an_empty_field_is_as_good_as_none(String empty) {
        String id = empty.toLowerCase(Locale.ROOT).replace("date", "Message-Id");
        Preparation.Prepared none = prepare("From: a@b.example\r\n\r\n", "client");
        Preparation.Prepared prepared =
                prepare("From: a@b.example\r\n" + empty + id + "\r\n", "client");
        assertEquals(none.prefix(), prepared.prefix());
        assertEquals(none.facts(), prepared.facts());
    }

    @Test
    void the_field_that_says_something_counts() {
        String header = "Message-ID:\r\nDate:\r\nMessage-ID: <1@b.example>\r\nDate: x\r\n\r\n";
        Preparation.Prepared prepared = prepare(header, "client");
        assertEquals("<1@b.example>", prepared.facts().messageId());
        assertTrue(!prepared.prefix().contains("Date:"), prepared.prefix());
        assertTrue(!prepared.prefix().contains("Message-ID:"), prepared.prefix());
    }

    @Test
    void a_name_that_could_break_the_field_is_not_repeated() {
        for (String helo : new String[] {"a\r\nX: y", "", "a b", "é", "x".repeat(300)}) {
            assertTrue(
                    prepare("A: b\r\n\r\n", helo).prefix().startsWith("Received: from unknown "));
        }
    }

    @Test
    void more_than_fifty_servers_are_a_circle() {
        assertTrue(!Preparation.isLooping(block("Received: x\r\n".repeat(50) + "\r\n")));
        assertTrue(Preparation.isLooping(block("Received: x\r\n".repeat(51) + "\r\n")));
    }

    private static Preparation.Prepared prepare(String header, String helo) {
        Arrival arrival =
                new Arrival(
                        ID,
                        Fixture.NOW,
                        "mail.example",
                        helo,
                        "192.0.2.7",
                        "ESMTPSA",
                        TrackingMode.FULL);
        return Preparation.prepare(block(header), arrival);
    }

    private static HeaderBlock block(String header) {
        return HeaderBlock.of(Fixture.latin(header));
    }
}
