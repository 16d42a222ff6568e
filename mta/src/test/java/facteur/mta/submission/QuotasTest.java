package facteur.mta.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.AllowedCampaigns;
import facteur.config.CredentialLimits;
import facteur.config.CredentialSettings;
import facteur.config.unit.Rate;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class QuotasTest {
    private static final long SECOND = 1_000_000_000L;

    private final Quotas quotas = new Quotas();

    private static Credential credential(String user, String... rates) {
        List<Rate> messages = Stream.of(rates).map(rate -> Rate.parse(rate).orElseThrow()).toList();
        return new Credential(
                user,
                new AllowedCampaigns.Any(),
                List.of(),
                CredentialSettings.From.ENVELOPE,
                Optional.empty(),
                true,
                List.of(),
                new CredentialLimits(Optional.empty(), messages, List.of()));
    }

    private int taken(Credential credential, int tries, long nowNanos) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += quotas.take(credential, Quotas.Kind.MESSAGES, nowNanos).isEmpty() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void without_rates_anything_is_taken() {
        assertEquals(10_000, taken(credential("free"), 10_000, 5));
    }

    @Test
    void a_burst_of_the_whole_rate_then_one_an_interval() {
        Credential app = credential("app", "10/s");
        long start = -7; // the monotonic clock may be negative
        assertEquals(10, taken(app, 25, start));
        assertEquals(0, taken(app, 5, start + SECOND / 20));
        assertEquals(1, taken(app, 5, start + SECOND / 10));
        assertEquals(10, taken(app, 25, start + 10 * SECOND));
    }

    @Test
    void over_a_long_time_the_rate_holds() {
        Credential app = credential("app", "100/s", "3000/m");
        int taken = 0;
        for (int tick = 0; tick < 6000; tick++) { // a minute in steps of 10 ms
            taken += taken(app, 10, tick * SECOND / 100);
        }
        assertTrue(taken >= 5_900 && taken <= 6_000, "took " + taken);
    }

    @Test
    void the_wait_it_tells_is_just_long_enough() {
        Credential app = credential("app", "2/m");
        assertEquals(2, taken(app, 2, 0));
        Duration wait = quotas.take(app, Quotas.Kind.MESSAGES, 0).orElseThrow();
        assertEquals(Duration.ofSeconds(30), wait);
        assertTrue(quotas.take(app, Quotas.Kind.MESSAGES, wait.toNanos() - 1).isPresent());
        assertTrue(quotas.take(app, Quotas.Kind.MESSAGES, wait.toNanos()).isEmpty());
    }

    @Test
    void one_credential_does_not_pay_for_another() {
        assertEquals(1, taken(credential("a", "1/h"), 5, 0));
        assertEquals(1, taken(credential("b", "1/h"), 5, 0));
        assertTrue(
                quotas.take(credential("a", "1/h"), Quotas.Kind.RECIPIENTS, 0).isEmpty(),
                "recipients are counted apart");
    }
}
