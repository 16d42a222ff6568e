package facteur.mta.disposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mail.smtp.ReplyReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Replies in another charset than UTF-8 are read, ruled and kept as those in UTF-8. */
class LatinRepliesTest {
    private final BounceClassifier classifier = new BounceClassifier(BounceRulesReader.shipped());

    @ParameterizedTest
    @CsvSource({
        "550 Boîte aux lettres inexistante",
        "550 Empfänger unbekannt",
        "550 5.1.1 L’utilisateur n’existe pas – désolé"
    })
    void a_reply_is_ruled_alike_in_every_charset(String line) {
        Reply reply = read((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        Ruling ruling = classifier.classify(Stage.RCPT, Optional.empty(), reply);
        assertEquals(Meaning.HARD, ruling.meaning());
        for (String charset : List.of("windows-1252", "utf-8")) {
            Reply other = read((line + "\r\n").getBytes(Charset.forName(charset)));
            assertEquals(reply, other, charset);
            assertEquals(ruling, classifier.classify(Stage.RCPT, Optional.empty(), other));
        }
    }

    @Test
    void a_line_that_is_cut_within_a_character_stays_utf_8() {
        for (int blanks = 0; blanks < 4; blanks++) {
            String text = "x".repeat(blanks) + "é日".repeat(600);
            Reply reply = read(("550 " + text + "\r\n").getBytes(StandardCharsets.UTF_8));
            String kept = String.join("", reply.lines());
            assertEquals(text.substring(0, kept.length()), kept);
        }
    }

    private static Reply read(byte[] octets) {
        ReplyReader.Read read = new ReplyReader().read(ByteBuffer.wrap(octets)).orElseThrow();
        return assertInstanceOf(ReplyReader.Read.Complete.class, read).reply();
    }
}
