package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.AddressParser;
import facteur.mail.message.MailId;
import facteur.store.journal.Position;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class LanesTest {
    private int made;

    private Pending pending(String credential, String campaign, boolean transactional) {
        return new Pending(
                new MailId(++made).recipient(0),
                Position.START,
                AddressParser.ascii().address("x@mx.example").orElseThrow(),
                credential,
                campaign,
                transactional,
                Instant.EPOCH,
                0);
    }

    private static List<Pending> take(Lanes lanes, int count) {
        List<Pending> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(lanes.next().orElseThrow());
        }
        return taken;
    }

    @Test
    void a_small_campaign_behind_a_large_one_has_every_other_turn() {
        Lanes lanes = new Lanes();
        for (int i = 0; i < 10_000; i++) {
            lanes.add(pending("app", "large", false));
        }
        for (int i = 0; i < 10; i++) {
            lanes.add(pending("app", "small", false));
        }
        long small = take(lanes, 20).stream().filter(p -> p.campaign().equals("small")).count();
        assertEquals(10, small);
    }

    @Test
    void a_lane_keeps_its_order() {
        Lanes lanes = new Lanes();
        for (int i = 0; i < 100; i++) {
            lanes.add(pending("app", "c" + i % 3, false));
        }
        Map<String, Long> last = new HashMap<>();
        for (Pending pending : take(lanes, 100)) {
            long id = pending.id().message().value();
            assertTrue(last.getOrDefault(pending.campaign(), 0L) < id, "older first");
            last.put(pending.campaign(), id);
        }
    }

    @Test
    void transactional_mail_overtakes_and_bulk_keeps_a_fifth() {
        Lanes lanes = new Lanes();
        for (int i = 0; i < 1000; i++) {
            lanes.add(pending("app", "bulk", false));
            lanes.add(pending("app", "", true));
        }
        List<Pending> first = take(lanes, 100);
        assertEquals(80, first.stream().filter(Pending::transactional).count());
        assertTrue(first.getFirst().transactional());
    }

    @Test
    void nothing_is_lost_or_given_twice_whatever_is_added_taken_and_removed() {
        long seed = 7;
        Random random = new Random(seed);
        Lanes lanes = new Lanes();
        Set<Pending> inside = new HashSet<>();
        for (int step = 0; step < 50_000; step++) {
            int what = random.nextInt(100);
            if (what < 55) {
                Pending added =
                        pending("u" + random.nextInt(3), "c" + random.nextInt(4), what < 20);
                lanes.add(added);
                inside.add(added);
            } else if (what < 99) {
                lanes.next().ifPresent(taken -> assertTrue(inside.remove(taken), "seed " + seed));
            } else {
                String user = "u" + random.nextInt(3);
                lanes.remove(p -> p.credential().equals(user) && p.id().message().value() % 2 == 0)
                        .forEach(removed -> assertTrue(inside.remove(removed), "seed " + seed));
            }
            assertEquals(inside.size(), lanes.size(), "seed " + seed + " step " + step);
        }
    }
}
