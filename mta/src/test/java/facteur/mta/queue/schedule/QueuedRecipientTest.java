package facteur.mta.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;

/** What a start makes of due times that a wrong clock wrote. */
class QueuedRecipientTest {
    private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
    private static final Duration LONGEST = Duration.ofHours(4);

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T09:00:00Z, 2026-03-02T09:00:00Z",
        "2026-03-02T07:00:00Z, 2026-03-02T07:00:00Z",
        "2028-01-01T00:00:00Z, 2026-03-02T12:00:00Z"
    })
    void a_recipient_is_due_within_the_longest_pause(Instant written, Instant due) {
        PendingRecipient pending =
                new PendingRecipient(
                        new RecipientId(new MailId(1), 0),
                        Position.START,
                        new Address("anne", new Domain("rcpt.example")),
                        "app",
                        "spring",
                        "",
                        false,
                        written,
                        1,
                        false);
        QueuedRecipient loaded = QueuedRecipient.of(pending, NOW, Duration.ZERO, LONGEST);
        assertEquals(due, loaded.due());
    }
}
