package facteur.mta.queue.schedule;

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

class FairQueueTest {
    private int made;

    private QueuedRecipient recipient(String credential, String campaign, boolean transactional) {
        return of(++made, 0, credential, campaign, transactional);
    }

    private static QueuedRecipient of(
            long message, int index, String credential, String campaign, boolean transactional) {
        return new QueuedRecipient(
                message,
                index,
                0,
                "x",
                new QueueKey(credential, campaign, "mx.example", "", transactional),
                0,
                0,
                0,
                false,
                (byte) 0,
                "");
    }

    private static List<QueuedRecipient> take(FairQueue queue, int count) {
        List<QueuedRecipient> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.addAll(queue.next(1));
        }
        return taken;
    }

    @Test
    void a_small_campaign_behind_a_large_one_has_every_other_turn() {
        FairQueue queue = new FairQueue();
        for (int i = 0; i < 10_000; i++) {
            queue.add(recipient("app", "large", false));
        }
        for (int i = 0; i < 10; i++) {
            queue.add(recipient("app", "small", false));
        }
        long small =
                take(queue, 20).stream().filter(p -> p.key().campaign().equals("small")).count();
        assertEquals(10, small);
    }

    @Test
    void a_campaign_keeps_its_order() {
        FairQueue queue = new FairQueue();
        for (int i = 0; i < 100; i++) {
            queue.add(recipient("app", "c" + i % 3, false));
        }
        Map<String, Long> last = new HashMap<>();
        for (QueuedRecipient each : take(queue, 100)) {
            long id = each.message();
            assertTrue(last.getOrDefault(each.key().campaign(), 0L) < id, "older first");
            last.put(each.key().campaign(), id);
        }
    }

    @Test
    void a_credential_with_a_campaign_a_message_gains_no_turns() {
        FairQueue queue = new FairQueue();
        for (int i = 0; i < 327; i++) {
            queue.add(recipient("many", "campaign " + i, false));
        }
        queue.add(recipient("one", "only", false));
        List<QueuedRecipient> first = take(queue, 2);
        assertTrue(first.stream().anyMatch(p -> p.key().credential().equals("one")));
    }

    @Test
    void transactional_mail_of_one_credential_does_not_hold_up_another() {
        FairQueue queue = new FairQueue();
        for (int i = 0; i < 1000; i++) {
            queue.add(recipient("shop", "", true));
            queue.add(recipient("news", "spring", false));
        }
        assertEquals(
                50,
                take(queue, 100).stream().filter(p -> p.key().credential().equals("news")).count());
    }

    @Test
    void transactional_mail_overtakes_and_bulk_keeps_a_fifth() {
        FairQueue queue = new FairQueue();
        for (int i = 0; i < 1000; i++) {
            queue.add(recipient("app", "bulk", false));
            queue.add(recipient("app", "", true));
        }
        List<QueuedRecipient> first = take(queue, 100);
        assertEquals(80, first.stream().filter(p -> p.key().transactional()).count());
        assertTrue(first.getFirst().key().transactional());
    }

    @Test
    void recipients_of_one_message_are_taken_together_and_given_back_in_order() {
        FairQueue queue = new FairQueue();
        for (int i = 0; i < 5; i++) {
            queue.add(of(1, i, "app", "c", false));
        }
        queue.add(of(2, 0, "app", "c", false));
        List<QueuedRecipient> first = queue.next(3);
        assertEquals(List.of(0, 1, 2), first.stream().map(QueuedRecipient::index).toList());
        queue.putBack(first.subList(1, 3));
        assertEquals(
                List.of(1, 2, 3, 4), queue.next(100).stream().map(QueuedRecipient::index).toList());
        assertEquals(2, queue.next(100).getFirst().message());
        assertEquals(0, queue.size());
    }

    @Test
    void nothing_is_lost_or_given_twice_whatever_is_added_taken_and_removed() {
        long seed = 7;
        Random random = new Random(seed);
        FairQueue queue = new FairQueue();
        Set<QueuedRecipient> inside = new HashSet<>();
        for (int step = 0; step < 50_000; step++) {
            int what = random.nextInt(100);
            if (what < 55) {
                QueuedRecipient added =
                        recipient("u" + random.nextInt(3), "c" + random.nextInt(4), what < 20);
                queue.add(added);
                inside.add(added);
            } else if (what < 99) {
                queue.next(1).forEach(taken -> assertTrue(inside.remove(taken), "seed " + seed));
            } else {
                String user = "u" + random.nextInt(3);
                queue.remove(p -> p.key().credential().equals(user) && p.message() % 2 == 0)
                        .forEach(removed -> assertTrue(inside.remove(removed), "seed " + seed));
            }
            assertEquals(inside.size(), queue.size(), "seed " + seed + " step " + step);
        }
    }
}
