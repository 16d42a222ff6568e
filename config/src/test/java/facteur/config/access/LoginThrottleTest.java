package facteur.config.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;

class LoginThrottleTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress FAR = InetAddress.ofLiteral("198.51.100.1");

    private final LoginThrottle throttle =
            new LoginThrottle(
                    new LoginThrottle.Policy(
                            5,
                            Duration.ofSeconds(1),
                            Duration.ofMinutes(15),
                            Duration.ofHours(1),
                            50,
                            100,
                            Duration.ofHours(1)));

    private void fail(String name, InetAddress client, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(name, client, NOON);
        }
    }

    private static InetAddress network(int number) {
        return InetAddress.ofLiteral("10." + number / 250 + "." + number % 250 + ".1");
    }

    @Test
    void a_network_waits_longer_and_longer_up_to_the_longest() {
        fail("x", FAR, 4);
        assertEquals(Duration.ZERO, throttle.wait("x", FAR, NOON));
        fail("x", FAR, 1);
        assertEquals(Duration.ofSeconds(1), throttle.wait("x", FAR, NOON));
        fail("x", FAR, 1);
        assertEquals(Duration.ofSeconds(2), throttle.wait("x", FAR, NOON));
        fail("y", FAR, 80);
        assertEquals(Duration.ofMinutes(15), throttle.wait("x", FAR, NOON));
        assertEquals(Duration.ZERO, throttle.wait("x", FAR, NOON.plus(Duration.ofHours(2))));
    }

    @Test
    void what_was_counted_while_the_clock_was_years_ahead_keeps_nobody_out() {
        Instant ahead = NOON.plus(Duration.ofDays(3_000));
        for (int i = 0; i < 200; i++) {
            throttle.failed("admin", FAR, ahead);
        }
        assertTrue(throttle.wait("admin", FAR, ahead).isPositive());
        assertEquals(Duration.ZERO, throttle.wait("admin", FAR, NOON), "the network");
        assertEquals(Duration.ZERO, throttle.wait("admin", HOME, NOON), "the name");
        fail("admin", FAR, 5);
        assertEquals(Duration.ofSeconds(1), throttle.wait("admin", FAR, NOON), "counted anew");
    }

    @Test
    void who_logged_in_while_the_clock_was_years_ahead_is_not_known_until_then() {
        Instant ahead = NOON.plus(Duration.ofDays(3_000));
        throttle.succeeded("admin", HOME, ahead);
        assertTrue(throttle.isKnown("admin", HOME, ahead));
        assertFalse(throttle.isKnown("admin", HOME, NOON));
        throttle.succeeded("admin", HOME, NOON);
        assertTrue(throttle.isKnown("admin", HOME, NOON));
    }

    @Test
    void guesses_from_elsewhere_keep_nobody_out() {
        fail("admin", FAR, 60);
        assertTrue(throttle.wait("admin", FAR, NOON).isPositive());
        assertEquals(Duration.ZERO, throttle.wait("admin", HOME, NOON), "never seen before");
        assertTrue(
                throttle.wait("admin", InetAddress.ofLiteral("198.51.100.200"), NOON).isPositive(),
                "the same network");
    }

    @Test
    void many_networks_together_spend_the_budget_of_a_name_and_where_it_is_known_it_gets_in() {
        throttle.succeeded("Admin", HOME, NOON);
        int guesses = 0;
        for (int i = 0; i < 1000; i++) {
            if (throttle.wait("admin", network(i), NOON).isZero()) {
                throttle.failed("admin", network(i), NOON);
                guesses++;
            }
        }
        assertEquals(100, guesses);
        assertTrue(throttle.wait("admin", FAR, NOON).isPositive());
        assertEquals(Duration.ZERO, throttle.wait("admin", HOME, NOON));
        assertEquals(Duration.ZERO, throttle.wait("olga", FAR, NOON), "another name");
        assertEquals(Duration.ZERO, throttle.wait("admin", FAR, NOON.plus(Duration.ofHours(1))));
    }

    @Test
    void a_known_network_has_room_for_mistakes_and_no_more() {
        throttle.succeeded("admin", HOME, NOON);
        fail("other", HOME, 20);
        fail("admin", HOME, 49);
        assertEquals(Duration.ZERO, throttle.wait("admin", HOME, NOON));
        fail("admin", HOME, 1);
        assertTrue(throttle.wait("admin", HOME, NOON).isPositive());
        throttle.succeeded("admin", HOME, NOON);
        assertEquals(Duration.ZERO, throttle.wait("admin", HOME, NOON));
    }

    @Test
    void one_who_can_log_in_does_not_buy_guesses_at_others() {
        for (int i = 0; i < 5; i++) {
            throttle.failed("admin", FAR, NOON);
            throttle.succeeded("mallory", FAR, NOON);
        }
        assertTrue(throttle.wait("admin", FAR, NOON).isPositive());
    }

    @Test
    void a_network_is_known_for_a_month_and_until_the_name_changes() {
        throttle.succeeded("admin", HOME, NOON);
        assertTrue(throttle.isKnown("admin", HOME, NOON.plus(Duration.ofDays(29))));
        assertFalse(throttle.isKnown("admin", HOME, NOON.plus(Duration.ofDays(30))));
        throttle.forget("ADMIN");
        assertFalse(throttle.isKnown("admin", HOME, NOON));
    }

    @Test
    void an_ipv6_customer_is_one_network() {
        fail("x", InetAddress.ofLiteral("2001:db8:1:2::1"), 5);
        assertTrue(
                throttle.wait("x", InetAddress.ofLiteral("2001:db8:1:2:ffff::9"), NOON)
                        .isPositive());
        assertEquals(
                Duration.ZERO, throttle.wait("x", InetAddress.ofLiteral("2001:db8:1:3::1"), NOON));
    }

    @Test
    void a_bounded_number_of_guessers_is_remembered() {
        fail("first", FAR, 5);
        for (int i = 0; i < LoginThrottle.MOST; i++) {
            throttle.failed(
                    "other " + i,
                    InetAddress.ofLiteral("10." + i / 256 + "." + i % 256 + ".1"),
                    NOON);
        }
        assertEquals(Duration.ZERO, throttle.wait("first", FAR, NOON));
    }
}
