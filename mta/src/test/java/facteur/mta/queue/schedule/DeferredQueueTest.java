package facteur.mta.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The counts that the queue keeps, against counting anew. */
class DeferredQueueTest {
    private final Map<String, String> sites = new HashMap<>();
    private final Whereabouts whereabouts = new Whereabouts();
    private final DeferredQueue queue =
            new DeferredQueue(whereabouts, domain -> sites.getOrDefault(domain, ""));

    private static QueuedRecipient recipient(int number, String domain, long due) {
        return new QueuedRecipient(
                (number + 1L) << 22,
                0,
                number,
                "a",
                new QueueKey("app", "", domain, "", true),
                0,
                due,
                1,
                false,
                (byte) 0,
                "");
    }

    @Test
    void counts_by_site_are_those_of_the_recipients_whatever_happens() {
        Random random = new Random(6);
        Set<QueuedRecipient> deferred = new LinkedHashSet<>();
        Set<QueuedRecipient> held = new LinkedHashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String domain = "d" + random.nextInt(30);
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> {
                    QueuedRecipient one = recipient(i, domain, random.nextInt(1_000));
                    queue.defer(one);
                    deferred.add(one);
                }
                case 5, 6 -> {
                    QueuedRecipient one = recipient(i, domain, 0);
                    queue.hold(one);
                    held.add(one);
                }
                case 7, 8, 9 -> due(deferred, random.nextInt(1_000));
                case 10 -> sites.put(domain, "s" + random.nextInt(4)); // counted from then on
                default -> {
                    if (random.nextInt(40) == 0) {
                        assertEquals(held, Set.copyOf(queue.takeHeld()));
                        held.clear();
                    }
                    removed(deferred, held, domain, random.nextInt(5));
                }
            }
            if (i % 50 == 0) {
                compare(deferred, held);
            }
        }
    }

    private void due(Set<QueuedRecipient> deferred, long now) {
        Optional<QueuedRecipient> next = queue.due(Instant.ofEpochMilli(now));
        long first = deferred.stream().mapToLong(QueuedRecipient::dueMillis).min().orElse(9_999);
        assertEquals(first <= now, next.isPresent());
        next.ifPresent(
                it -> {
                    assertEquals(first, it.dueMillis());
                    assertTrue(deferred.remove(it));
                });
    }

    private void removed(
            Set<QueuedRecipient> deferred, Set<QueuedRecipient> held, String domain, int rest) {
        List<QueuedRecipient> all = new ArrayList<>(deferred);
        all.addAll(held);
        all.removeIf(it -> !it.key().domain().equals(domain) || it.place() % 5 != rest);
        List<QueuedRecipient> removed =
                queue.remove(it -> it.key().domain().equals(domain) && it.place() % 5 == rest);
        assertEquals(Set.copyOf(all), Set.copyOf(removed));
        all.forEach(deferred::remove);
        all.forEach(held::remove);
    }

    private void compare(Set<QueuedRecipient> deferred, Set<QueuedRecipient> held) {
        assertEquals(deferred.size(), queue.deferred());
        assertEquals(held.size(), queue.held());
        assertEquals(deferred.size() + held.size(), whereabouts.size());
        List<Backlog> all = queue.largest().toList();
        assertEquals(queue.backlogs(), all.size());
        assertEquals(
                all.stream().sorted(Comparator.comparingLong(Backlog::size).reversed()).toList(),
                all);
        assertEquals(deferred.size(), all.stream().mapToLong(Backlog::deferred).sum());
        assertEquals(held.size(), all.stream().mapToLong(Backlog::held).sum());
        all.forEach(
                backlog -> {
                    assertEquals(Optional.of(backlog), queue.of(backlog.name()));
                    assertEquals(backlog.deferred() > 0, backlog.nextDue().isPresent());
                    assertEquals(backlog.held() > 0, backlog.anyHeld().isPresent());
                });
        assertEquals(
                deferred.stream().mapToLong(QueuedRecipient::dueMillis).min().stream()
                        .mapToObj(Instant::ofEpochMilli)
                        .findFirst(),
                queue.nextDue());
    }

    @Test
    void the_first_backlogs_are_told_without_a_look_at_the_rest() {
        int[] asked = {0};
        DeferredQueue many =
                new DeferredQueue(
                        new Whereabouts(),
                        _ -> {
                            asked[0]++;
                            return "";
                        });
        for (int i = 0; i < 100_000; i++) {
            many.defer(recipient(i, "d" + i % 20_000, i));
        }
        many.defer(recipient(100_000, "d7", 3));
        int before = asked[0];
        List<Backlog> told = many.largest().limit(10).toList();
        assertEquals("d7", told.getFirst().name());
        assertEquals(6, told.getFirst().deferred());
        assertEquals(3, told.getFirst().nextDue().orElseThrow().dueMillis());
        assertEquals(before, asked[0]);
        assertEquals(20_000, many.backlogs());
    }
}
