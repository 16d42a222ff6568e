package facteur.mta.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.mta.delivery.TlsRecord.Choice;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;

/** When a host whose TLS fails is talked to in clear text. */
class TlsRecordTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    /**
     * What happened, as {@code w} for a session with TLS and {@code f} for a failure, each behind
     * the time that passed before; then the time until the question, and its answer.
     */
    @ParameterizedTest
    @CsvSource({
        "'', PT0S, OFFERED",
        "PT0S f, PT0S, OFFERED",
        "PT0S f PT30M f, PT0S, OFFERED", // two tries
        "PT0S f PT30M f PT29M f, PT0S, OFFERED", // less than an hour
        "PT0S f PT30M f PT30M f, PT0S, CLEAR",
        "PT0S f PT1M f PT1M f PT1M f PT1H f, PT0S, OFFERED", // three of one moment are one
        "PT0S f PT1M f PT1M f PT1M f PT1H f PT6M f, PT0S, CLEAR",
        "PT0S f PT30M f PT30M f, PT23H59M, CLEAR",
        "PT0S f PT30M f PT30M f, PT24H, OFFERED", // once a day TLS is tried
        "PT0S f PT30M f PT30M f P1D f, PT0S, CLEAR", // and fails
        "PT0S f PT30M f PT30M f P40D f, PT0S, CLEAR",
        "PT0S f PT30M f PT30M f P1D w, PT0S, EXPECTED", // and works
        "PT0S f P1D f P1D f P1D f, PT0S, OFFERED", // far apart: each begins anew
        "PT0S w, PT0S, EXPECTED",
        "PT0S w, P29D, EXPECTED",
        "PT0S w, P30D, OFFERED",
        "PT0S w PT1H f PT30M f PT30M f PT30M f, PT0S, EXPECTED", // it did TLS lately
        "PT0S w P30D f PT30M f PT29M f, PT0S, OFFERED",
        "PT0S w P30D f PT30M f PT30M f, PT0S, CLEAR",
    })
    void clear_text_goes_only_to_a_host_that_has_long_failed(
            String history, String pause, Choice choice) {
        TlsRecord record = TlsRecord.NOTHING;
        Instant now = START;
        for (String word : history.split(" ", -1)) {
            if (word.equals("f")) {
                record = record.failed(now, "reset");
            } else if (word.equals("w")) {
                record = record.worked(now);
            } else if (!word.isEmpty()) {
                now = now.plus(Duration.parse(word));
            }
        }
        assertEquals(choice, record.choice(now.plus(Duration.parse(pause))));
    }
}
