package facteur.mta.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mta.queue.schedule.Whereabouts.Place;
import facteur.mta.queue.schedule.Whereabouts.Waits;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Where recipients wait, found by their numbers. */
class WhereaboutsTest {
    private static final List<Waits> PLACES = List.copyOf(EnumSet.allOf(Waits.class));

    private static final QueueKey KEY = new QueueKey("app", "", "a.example", "", false);

    private static QueuedRecipient recipient(long message, int index) {
        // Accepted seven seconds after the message before.
        return new QueuedRecipient(
                message, index, 0, "anne", KEY, message * 7_000, 0, 0, false, (byte) 0, "");
    }

    @Test
    void finds_what_a_map_finds_whatever_comes_and_goes() {
        Random random = new Random(7);
        Whereabouts whereabouts = new Whereabouts();
        Map<RecipientId, Place> map = new HashMap<>();
        for (int step = 0; step < 300_000; step++) {
            // It grows for a while, then it shrinks, several times.
            boolean grows = step / 30_000 % 2 == 0;
            QueuedRecipient one = recipient(random.nextInt(200), random.nextInt(50));
            Place place = PLACES.get(random.nextInt(PLACES.size()));
            if (random.nextInt(10) < (grows ? 7 : 2)) {
                whereabouts.put(one, place);
                map.put(one.id(), place);
            } else {
                whereabouts.remove(one, place);
                map.remove(one.id(), place);
            }
            assertEquals(map.size(), whereabouts.size());
            QueuedRecipient other = recipient(random.nextInt(200), random.nextInt(50));
            assertEquals(
                    Optional.ofNullable(map.get(other.id())),
                    whereabouts.find(other.message(), other.index()).map(Whereabouts.Found::place));
            if (step % 1_000 == 0) {
                PLACES.forEach(each -> assertEquals(oldest(map, each), whereabouts.oldest(each)));
            }
        }
    }

    /** By looking at all of them. */
    private static Optional<Instant> oldest(Map<RecipientId, Place> map, Place place) {
        return map.entrySet().stream()
                .filter(entry -> entry.getValue().equals(place))
                .map(entry -> entry.getKey().message().value() * 7_000)
                .min(Long::compare)
                .map(millis -> Instant.ofEpochMilli(millis - millis % 10_000));
    }

    @Test
    void one_of_a_million_deferred_recipients_is_found_at_once() {
        Whereabouts whereabouts = new Whereabouts();
        DeferredQueue deferred = new DeferredQueue(whereabouts, _ -> "");
        MailId first = new MailId(1L << 22);
        for (int i = 0; i < 1_000_000; i++) {
            deferred.defer(recipient(first.value() + i / 5, i % 5));
        }
        long before = whereabouts.looked();
        for (int i = 0; i < 1_000; i++) {
            assertEquals(
                    Optional.of(Waits.DEFERRED),
                    whereabouts
                            .find(first.value() + i * 199L, i % 5)
                            .map(Whereabouts.Found::place));
        }
        long looked = whereabouts.looked() - before;
        System.out.printf("1,000 of a million recipients: %,d places looked at%n", looked);
        assertTrue(looked < 10_000, looked + " places");
        for (int i = 0; i < 1_000_000; i++) {
            assertTrue(deferred.due(Instant.EPOCH).isPresent());
        }
        assertEquals(0, whereabouts.size());
    }
}
