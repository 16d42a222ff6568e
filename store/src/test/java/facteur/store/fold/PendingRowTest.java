package facteur.store.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.Samples;
import facteur.store.codec.Encoder;
import facteur.store.codec.MessageCodec;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingRowTest {
    private static final RecipientId ID = new RecipientId(new MailId(7), 1);

    private static PendingRow row(String pool, boolean handed) {
        return new PendingRow(
                new Position(4096),
                new PendingRecipient(
                        ID,
                        new Position(8192),
                        Samples.address("anne", "one.example"),
                        "app",
                        "spring",
                        pool,
                        true,
                        Samples.NOON,
                        3,
                        handed));
    }

    @Test
    void what_is_written_is_read() {
        PendingRow row = row("bulk", true);
        assertEquals(row, PendingRow.decode(ID, row.encode()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void what_an_older_facteur_wrote_is_read(int layout) {
        Encoder to = new Encoder().octet(layout).fixed(8192).fixed(4096);
        MessageCodec.address(to, Samples.address("anne", "one.example"));
        to.text("app").text("spring").flag(true).instant(Samples.NOON).number(3);
        if (layout == 2) {
            to.text("bulk");
        }
        assertEquals(row(layout == 2 ? "bulk" : "", false), PendingRow.decode(ID, to.toBytes()));
    }
}
