package facteur.config.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.access.Admission.Guest;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class AdmissionTest {
    private static final Admission.Limits LIMITS = new Admission.Limits(1000, 200);

    private final Admission admission = new Admission();
    private final List<String> left = new ArrayList<>();

    private Optional<Guest> enter(String client) {
        return admission.enter(InetAddress.ofLiteral(client), LIMITS, () -> left.add(client));
    }

    @Test
    void five_addresses_with_200_silent_connections_each_keep_nobody_out() {
        for (int i = 0; i < 200; i++) {
            for (int network = 1; network <= 5; network++) {
                assertTrue(enter("198.51." + network + ".1").isPresent());
            }
        }
        assertTrue(admission.count() <= LIMITS.connections());
        assertEquals(750, admission.strangers(), "a quarter is kept for those who log in");
        int before = left.size();
        List<Guest> honest = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            Guest guest = enter("203.0." + i + ".9").orElseThrow();
            admission.known(guest);
            honest.add(guest);
        }
        assertFalse(left.subList(before, left.size()).stream().anyMatch(c -> c.startsWith("203.")));
        assertTrue(admission.count() <= LIMITS.connections(), admission.count() + " connections");
        honest.forEach(admission::left);
        assertEquals(admission.strangers(), admission.count());
    }

    @Test
    void the_oldest_of_the_most_crowded_network_gives_way() {
        Admission.Limits few = new Admission.Limits(8, 8); // six strangers
        List<String> gone = new ArrayList<>();
        for (String client : List.of("10.1.1.1", "10.2.2.1", "10.2.2.2", "10.2.2.3")) {
            admission.enter(InetAddress.ofLiteral(client), few, () -> gone.add(client));
        }
        for (int i = 0; i < 3; i++) {
            admission.enter(InetAddress.ofLiteral("10.3." + i + ".1"), few, () -> gone.add("?"));
        }
        assertEquals(List.of("10.2.2.1"), gone);
        assertEquals(6, admission.count());
    }

    @Test
    void who_has_logged_in_never_gives_way_and_a_full_house_says_so() {
        List<Guest> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Guest guest = enter("10.0." + i / 100 + "." + i % 100).orElseThrow();
            admission.known(guest);
            all.add(guest);
        }
        assertEquals(List.of(), left);
        assertTrue(enter("192.0.2.1").isEmpty());
        assertEquals(1, admission.turnedAway());
        admission.left(all.getFirst());
        assertTrue(enter("192.0.2.1").isPresent());
    }

    @Test
    void strangers_of_one_network_are_counted_together() {
        for (int i = 0; i < 200; i++) {
            assertTrue(enter("192.0.2." + (i + 1)).isPresent());
        }
        assertTrue(enter("192.0.2.250").isEmpty());
        assertTrue(enter("192.0.3.1").isPresent());
        for (int i = 0; i < 200; i++) {
            assertTrue(enter("2001:db8:0:1::" + Integer.toHexString(i + 1)).isPresent());
        }
        assertTrue(enter("2001:db8:0:1:ffff::1").isEmpty());
        assertTrue(enter("2001:db8:0:2::1").isPresent());
    }

    @Test
    void one_address_has_so_many_even_when_they_have_logged_in() {
        for (int i = 0; i < 200; i++) {
            admission.known(enter("192.0.2.1").orElseThrow());
        }
        assertTrue(enter("192.0.2.1").isEmpty());
        assertTrue(enter("192.0.2.2").isPresent());
    }

    @Test
    void leaving_twice_or_after_giving_way_counts_once() {
        Guest guest = enter("192.0.2.1").orElseThrow();
        admission.relieve();
        assertEquals(List.of("192.0.2.1"), left);
        admission.known(guest);
        admission.left(guest);
        admission.left(guest);
        assertEquals(0, admission.count());
        admission.relieve();
        assertEquals(1, left.size());
    }
}
