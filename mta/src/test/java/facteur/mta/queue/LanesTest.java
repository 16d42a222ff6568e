package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

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
        return of(++made, 0, credential, campaign, transactional);
    }

    private static Pending of(
            long message, int index, String credential, String campaign, boolean transactional) {
        return new Pending(
                message,
                index,
                0,
                "x",
                new Lane(credential, campaign, "mx.example", "", transactional),
                0,
                0,
                false);
    }

    private static List<Pending> take(Lanes lanes, int count) {
        List<Pending> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.addAll(lanes.next(1));
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
        long small =
                take(lanes, 20).stream().filter(p -> p.lane().campaign().equals("small")).count();
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
            long id = pending.message();
            assertTrue(last.getOrDefault(pending.lane().campaign(), 0L) < id, "older first");
            last.put(pending.lane().campaign(), id);
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
        assertEquals(80, first.stream().filter(p -> p.lane().transactional()).count());
        assertTrue(first.getFirst().lane().transactional());
    }

    @Test
    void recipients_of_one_message_are_taken_together_and_given_back_in_order() {
        Lanes lanes = new Lanes();
        for (int i = 0; i < 5; i++) {
            lanes.add(of(1, i, "app", "c", false));
        }
        lanes.add(of(2, 0, "app", "c", false));
        List<Pending> first = lanes.next(3);
        assertEquals(List.of(0, 1, 2), first.stream().map(Pending::index).toList());
        lanes.giveBack(first.subList(1, 3));
        assertEquals(List.of(1, 2, 3, 4), lanes.next(100).stream().map(Pending::index).toList());
        assertEquals(2, lanes.next(100).getFirst().message());
        assertEquals(0, lanes.size());
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
                lanes.next(1).forEach(taken -> assertTrue(inside.remove(taken), "seed " + seed));
            } else {
                String user = "u" + random.nextInt(3);
                lanes.remove(p -> p.lane().credential().equals(user) && p.message() % 2 == 0)
                        .forEach(removed -> assertTrue(inside.remove(removed), "seed " + seed));
            }
            assertEquals(inside.size(), lanes.size(), "seed " + seed + " step " + step);
        }
    }
}
