package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Tracking;
import facteur.message.mime.HeaderBlock;
import facteur.message.mime.SingleField;
import facteur.message.mime.SingleFields;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

/** What is sent of fields that a message may have once, to the octet. */
class SingleFieldsTest {
    private static final String FROM = "From: a@shop.example\r\n";

    /** {@code ~} is a line break in both. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Message-ID: <1@a>~Message-ID: <2@a>~ | Message-ID: <1@a>~",
                "Message-ID: ()~Message-ID: <2@a>~ | Message-ID: <2@a>~",
                "Date: (none)~X: y~DATE: x~ | X: y~DATE: x~",
                "Date: x~Date:~ z~ | Date: x~",
                "Subject: a  b~Subject: a~\tb~ | Subject: a  b~",
                "Subject:~Subject: a~ | Subject: a~",
                "Subject:~Subject: ~ | Subject:~",
                "Subject: (a)~ | Subject: (a)~",
                "To: a@b~Cc: c@d~To: e@f~ | To: a@b,~ e@f~Cc: c@d~",
                "To: a@b~ ~To:~ c@d,~  e@f~ ~TO: a@b~ | To: a@b,~ c@d,~  e@f~",
                "To:~Cc: (nobody)~Reply-To: <>~Sender: , ;~ | ``",
                "Bcc: a@b~Cc: a@b~Cc: a@b~ | Cc: a@b~",
                "Reply-To: a@b~Reply-To: ~ | Reply-To: a@b~",
                "References: <1@a>~References: <2@a>~ <3@a>~ | References: <1@a>~ <2@a>~ <3@a>~",
                "List-Unsubscribe: <mailto:u@a>~List-Unsubscribe: <https://a/u>~"
                        + "List-Unsubscribe-Post: List-Unsubscribe=One-Click~"
                        + "List-Unsubscribe-Post: List-Unsubscribe=One-Click~"
                        + "| List-Unsubscribe: <mailto:u@a>,~ <https://a/u>~"
                        + "List-Unsubscribe-Post: List-Unsubscribe=One-Click~",
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click~"
                        + "List-Unsubscribe: <https://a/u>~List-Unsubscribe-Post: x~"
                        + "| List-Unsubscribe-Post: List-Unsubscribe=One-Click~"
                        + "List-Unsubscribe: <https://a/u>~",
                "X-A: b~X-A: b~X-B:~Received: x~Received: x~"
                        + "| X-A: b~X-A: b~X-B:~Received: x~Received: x~",
                "Resent-Date:~Resent-Message-ID: <>~Resent-To: (nobody)~X-A: b~ | X-A: b~",
                "Resent-To: a@b~Resent-To: c@d~Resent-Cc: ~ | Resent-To: a@b~Resent-To: c@d~",
                "Content-Type:~Content-Transfer-Encoding: ~Content-Disposition: ;~ | ``",
                "Content-Type: text/plain~CONTENT-ID: ( )~ | Content-Type: text/plain~",
                "Content-Description:~Comments:~Content-Language: ~"
                        + "| Content-Description:~Comments:~",
                "MIME-Version: 1.0~Mime-Version: 1.0 (again)~ | MIME-Version: 1.0~",
            })
    void one_of_each_is_sent(String header, String sent) {
        assertEquals(lines(sent), sent(lines(header)));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "  \t ", " \u000b", " \f "})
    void a_line_of_blanks_alone_is_not_sent(String blank) {
        String line = blank + "\r\n";
        assertEquals(
                "X-A: b\r\n c\r\nX-B:\r\nX-C: d\r\n",
                sent("X-A: b\r\n" + line + " c\r\nX-B:\r\n" + line + line + "X-C: d\r\n" + line));
    }

    /** RFC 5322 2.1.1: a comma behind a line of 998 octets would be one too many. */
    @Test
    void no_line_grows_beyond_its_limit_where_fields_are_joined() {
        String full = "To: " + "a".repeat(990) + "@b.c";
        String folded = " " + "d".repeat(993) + "@b.c";
        assertEquals(
                full + "\r\n ,\r\n" + folded + "\r\n ,\r\n e@f\r\n",
                sent(full + "\r\nTo:\r\n" + folded + "\r\nTo: e@f\r\n"));
    }

    @ParameterizedTest
    @EnumSource(SingleField.class)
    void what_people_read_is_not_chosen_for_them(SingleField field) {
        String twice = field.key() + ": <a@b.example>\r\n" + field.key() + ": <c@d.example>\r\n";
        boolean refused =
                SingleFields.of(HeaderBlock.of(Fixture.latin(twice))).contradiction().isPresent();
        switch (field) {
            case FROM, SENDER, REPLY_TO, SUBJECT -> assertTrue(refused);
            default -> {
                assertTrue(!refused);
                String copy = copy(FROM + twice + "\r\nx\r\n");
                int most = field == SingleField.LIST_UNSUBSCRIBE_POST ? 0 : 1;
                assertEquals(
                        most, HeaderBlock.of(Fixture.latin(copy)).all(field.key()).size(), copy);
            }
        }
        String same = (field.key() + ": <a@b.example>\r\n").repeat(2);
        assertEquals(
                Optional.empty(),
                SingleFields.of(HeaderBlock.of(Fixture.latin(same))).contradiction());
    }

    @Test
    void what_others_have_signed_stays_to_the_octet() {
        String signed =
                "DKIM-Signature: v=1; d=other.example; b=x\r\n"
                        + FROM
                        + "To: a@b\r\n \r\nTo: c@d\r\nDate:\r\nMessage-ID: ()\r\n\r\nx\r\n";
        assertTrue(copy(signed).endsWith(signed));
    }

    private static String lines(String text) {
        return text.replace("~", "\r\n");
    }

    private static String sent(String header) {
        String copy = copy(FROM + header + "X-End: x\r\n\r\nbody\r\n");
        int from = copy.indexOf(FROM) + FROM.length();
        int end = copy.indexOf("X-End: x\r\n\r\nbody\r\n");
        assertTrue(from >= FROM.length() && end >= from, copy);
        return copy.substring(from, end);
    }

    private static String copy(String message) {
        return Fixture.latin(
                Fixture.octets(
                        Fixture.render(Fixture.latin(message), Fixture.copy(Tracking.FULL))
                                .content()));
    }
}
