package facteur.message.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.mail.text.PlainText;
import facteur.message.render.Fixture;
import facteur.message.render.RenderedCopy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

class HeaderBlockTest {
    @Test
    void folded_fields_are_one_field_and_read_unfolded() {
        HeaderBlock header = block("Subject: a\r\n\tb\r\n  c\r\nTo : x\r\nX-Empty:\r\n\r\n");
        assertEquals(
                List.of("subject", "to", "x-empty"),
                header.fields().stream().map(HeaderBlock.Field::name).toList());
        assertEquals(Optional.of("a b  c"), header.text("SUBJECT"));
        assertEquals(Optional.of("x"), header.text("to"));
        assertEquals(Optional.of(""), header.text("x-empty"));
        assertFalse(header.isMalformed());
    }

    @Test
    void a_line_that_is_no_field_is_kept_and_makes_the_block_malformed() {
        HeaderBlock header = block("From alice Mon\r\nSubject: x\r\n: y\r\n\r\n");
        assertTrue(header.isMalformed());
        assertEquals(3, header.fields().size());
        assertEquals(Optional.of("x"), header.text("subject"));
    }

    @Test
    void lines_of_a_mailbox_file_at_the_start_can_be_left_out_and_nothing_else() {
        String from = "From a@b.example Mon Nov 30 06:00:00 2026\r\n";
        String fields = "From: a@b.example\r\nSubject: x\r\n folded\r\n";
        for (String lines : List.of("", from, ">" + from, from + ">" + from)) {
            HeaderBlock header = block(lines + fields + "\r\n");
            assertEquals(lines.length(), header.mailboxLines());
            assertEquals(OptionalInt.empty(), header.strayLine());
        }
        assertEquals(0, block("From: a@b.example\r\n\r\n").mailboxLines());
        assertEquals(0, block("FROM a@b.example\r\n\r\n").mailboxLines());
        assertEquals(OptionalInt.of(4), block(fields + from + "\r\n").strayLine());
        assertEquals(OptionalInt.of(5), block(from + fields + "no colon\r\n\r\n").strayLine());
        for (String line : List.of("no colon", ": x", "\u00e9: x", "a b: c", " folded", ">From")) {
            assertEquals(OptionalInt.of(1), block(line + "\r\n" + fields).strayLine(), line);
        }
    }

    @Test
    void raw_text_is_utf_8_or_else_latin_1() {
        assertEquals(Optional.of("é"), block("A: \u00c3\u00a9\r\n").text("a"));
        assertEquals(Optional.of("é"), block("A: \u00e9\r\n").text("a"));
    }

    @Test
    void the_reader_stops_behind_the_empty_line_however_the_octets_come() {
        byte[] message = Fixture.latin("A: b\r\nC: d\r\n e\r\n\r\nbody\r\n\r\nmore");
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            HeaderReader reader = new HeaderReader();
            int at = 0;
            int taken = 0;
            while (at < message.length) {
                int length = Math.min(1 + random.nextInt(9), message.length - at);
                taken += reader.offer(message, at, length);
                at += length;
            }
            assertEquals(18, taken);
            assertEquals(HeaderReader.State.COMPLETE, reader.state());
            assertEquals(2, reader.block().fields().size());
            assertEquals(18, reader.block().length());
        }
    }

    @Test
    void a_header_beyond_the_limit_is_refused_and_not_cut() throws IOException {
        byte[] endless = Fixture.latin("A: b\r\n".repeat(100_000));
        HeaderReader reader = new HeaderReader();
        assertEquals(HeaderReader.MAX_OCTETS + 1, reader.offer(endless, 0, endless.length));
        assertEquals(HeaderReader.State.TOO_LONG, reader.state());
        assertTrue(HeaderReader.read(Content.of(endless)).isEmpty());
        RenderedCopy renderedCopy = Fixture.render(endless, Fixture.copy(Tracking.FULL));
        assertEquals(Optional.of(WhyNotTracked.TOO_LARGE), renderedCopy.notTracked());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain | plain",
                "=?utf-8?q?Caf=C3=A9_noir?= | Café noir",
                "=?UTF-8?B?w4l0w6k=?= 2026 | Été 2026",
                "=?utf-8?b?w4k=?= =?utf-8?b?dMOp?= | Été",
                "=?utf-8?b?w4l0w?= =?utf-8?b?6k=?= | =?utf-8?b?w4l0w?= =?utf-8?b?6k=?=",
                "=?utf-8?q?=C3?= =?utf-8?q?=A9?= | é",
                "=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?= | éé",
                "=?iso-8859-1*fr?q?=E9?= | é",
                "=?unknown-7?q?=41?= | A",
                "=?utf-8?x?abc?= | =?utf-8?x?abc?=",
                "=?utf-8?q?open | =?utf-8?q?open",
                "=? =?=?=?? | =? =?=?=??",
                "a=?utf-8?q?b?=c | abc",
                "=?utf-8?q?a=0D=0Ab?= | a b",
            })
    void encoded_words_read_as_people_would(String raw, String text) {
        HeaderBlock header = block("Subject: " + raw + "\r\n\r\n");
        assertEquals(text, header.people(header.fields().getFirst(), 100));
    }

    @Test
    void text_for_people_is_bounded_and_free_of_controls() {
        assertEquals("a b", PlainText.text(" a\u0000\u202e\r\nb\u2028", 10));
        assertEquals("aaaaa", PlainText.text("a".repeat(50), 5));
        assertEquals("aaaa", PlainText.text("aaaa\ud83d\ude00", 5));
    }

    private static HeaderBlock block(String text) {
        return HeaderBlock.of(Fixture.latin(text));
    }
}
