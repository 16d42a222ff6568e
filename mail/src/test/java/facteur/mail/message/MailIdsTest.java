package facteur.mail.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

class MailIdsTest {
    @Test
    void ids_name_their_shard_and_grow_when_a_millisecond_has_no_room_left() {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        MailIds ids = new MailIds(3, 9, new MailId(0));
        Set<MailId> made = new HashSet<>();
        MailId last = new MailId(0);
        for (int i = 0; i < 1000; i++) {
            MailId next = ids.next(now);
            assertTrue(next.compareTo(last) > 0);
            assertEquals(9, next.value() & 0xff);
            made.add(next);
            last = next;
        }
        assertEquals(1000, made.size());
        assertEquals(now.plusMillis(1000 / 64), last.at());
        MailIds again = new MailIds(3, 9, last);
        assertTrue(again.next(now).compareTo(last) > 0);
    }
}
