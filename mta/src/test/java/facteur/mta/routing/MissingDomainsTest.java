package facteur.mta.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mail.address.Domain;
import facteur.mta.routing.MissingDomains.Worth;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** What a denial of the DNS is worth. */
class MissingDomainsTest {
    private static final Domain ONE = new Domain("one.example");

    private long now;
    private final MissingDomains missing = new MissingDomains(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private Worth denied(Domain domain, boolean known) {
        return missing.denied(domain, known, now);
    }

    private static Domain known(int number) {
        return new Domain("known" + number + ".example");
    }

    @Test
    void three_times_at_least_ten_minutes_apart() {
        for (int i = 0; i < 100; i++) {
            assertEquals(Worth.HEARD, denied(ONE, false), "a hundred of one moment are one");
        }
        pass(Duration.ofMinutes(10));
        assertEquals(Worth.HEARD, denied(ONE, false));
        pass(Duration.ofMinutes(9));
        assertEquals(Worth.HEARD, denied(ONE, false));
        pass(Duration.ofMinutes(1));
        assertEquals(Worth.BELIEVED, denied(ONE, false));
        assertEquals(Worth.BELIEVED, denied(ONE, false));
        missing.found(ONE, false, now);
        assertEquals(Worth.HEARD, denied(ONE, false));
    }

    @Test
    void what_was_said_a_day_ago_is_forgotten() {
        denied(ONE, false);
        pass(Duration.ofMinutes(10));
        denied(ONE, false);
        pass(Duration.ofDays(1));
        assertEquals(Worth.HEARD, denied(ONE, false));
    }

    @Test
    void one_domain_that_took_mail_may_go() {
        assertEquals(Worth.HEARD, denied(known(1), true));
        pass(Duration.ofMinutes(10));
        assertEquals(Worth.HEARD, denied(known(1), true));
        pass(Duration.ofMinutes(10));
        assertEquals(Worth.BELIEVED, denied(known(1), true));
    }

    @Test
    void three_together_are_the_resolver_unless_as_many_are_found() {
        denied(known(1), true);
        denied(known(2), true);
        assertEquals(Worth.DOUBTED, denied(known(3), true));
        assertEquals(Worth.DOUBTED, denied(ONE, false), "then nobody is believed to be gone");
        assertEquals(3, missing.gone(now));
        missing.found(known(4), true, now);
        missing.found(known(5), true, now);
        assertEquals(Worth.DOUBTED, denied(ONE, false));
        missing.found(known(6), true, now);
        assertEquals(Worth.HEARD, denied(ONE, false));
    }

    @Test
    void denials_far_apart_are_not_together_and_what_was_doubted_does_not_count() {
        denied(known(1), true);
        denied(known(2), true);
        pass(Duration.ofMinutes(10));
        assertEquals(Worth.HEARD, denied(known(3), true));
        denied(known(4), true);
        assertEquals(Worth.DOUBTED, denied(known(5), true));
        pass(Duration.ofMinutes(10));
        assertEquals(Worth.HEARD, denied(known(5), true));
        pass(Duration.ofMinutes(10));
        assertEquals(Worth.HEARD, denied(known(5), true));
        pass(Duration.ofMinutes(10));
        assertEquals(Worth.BELIEVED, denied(known(5), true));
    }

    @Test
    void a_hundred_thousand_domains_are_watched_in_bounded_memory() {
        for (int i = 0; i < 100_000; i++) {
            denied(known(i), true);
        }
        assertEquals(1_000, missing.gone(now));
    }
}
