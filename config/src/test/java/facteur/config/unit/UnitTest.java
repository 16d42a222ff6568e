package facteur.config.unit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Optional;

@DisplayName("Quantities with units")
class UnitTest {
    @ParameterizedTest
    @CsvSource({
        "25MiB, 26214400",
        "10MB, 10000000",
        "1KiB, 1024",
        "1 GiB, 1073741824",
        "5mib, 5242880",
        "7B, 7",
        "0B, 0"
    })
    @DisplayName("A size is read with its unit")
    void sizes(String text, long bytes) {
        assertEquals(Optional.of(new ByteSize(bytes)), ByteSize.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "25", "MiB", "-1B", "1.5MiB", "9999999999999GiB", "1XB", "٣B"})
    @DisplayName("What is no size is refused")
    void noSizes(String text) {
        assertEquals(Optional.empty(), ByteSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "5m, PT5M",
        "72h, PT72H",
        "3d, PT72H",
        "500ms, PT0.5S",
        "1h20m, PT1H20M",
        "2w, PT336H"
    })
    @DisplayName("A time is read with its unit")
    void times(String text, Duration duration) {
        assertEquals(Optional.of(duration), Durations.parse(text));
        assertEquals(Optional.of(duration), Durations.parse(Durations.format(duration)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.10",
                "10.0.0.0",
                "::",
                "::1",
                "fe80::",
                "2001:db8::1",
                "2001:db8:0:1:1:1:1:1",
                "2001:0:0:1::1",
                "2001:db8::1:0:0:1",
                "100:10:20:30:40:50:60:a0"
            })
    @DisplayName("An address is written as people write it")
    void writtenAddresses(String text) {
        assertEquals(text, Network.text(Network.literal(text).orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"72h", "90d", "730d", "73h", "1h20m", "500ms"})
    @DisplayName("A time is written as people write it")
    void writtenTimes(String text) {
        assertEquals(text, Durations.format(Durations.parse(text).orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "5 m", "5y", "-5m", "5m3", "99999999999d", "36525d1s"})
    @DisplayName("What is no time is refused")
    void noTimes(String text) {
        assertEquals(Optional.empty(), Durations.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"100/s, PT0.01S", "20/m, PT3S", "500/h, PT7.2S", "1/d, PT24H"})
    @DisplayName("A rate knows its interval and is shown as it is written")
    void rates(String text, Duration interval) {
        Rate rate = Rate.parse(text).orElseThrow();
        assertEquals(interval, rate.interval());
        assertEquals(text, rate.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "/s", "0/s", "-1/s", "5/y", "5/2s"})
    @DisplayName("What is no rate is refused")
    void noRates(String text) {
        assertEquals(Optional.empty(), Rate.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:2525, 127.0.0.1:2525",
        "localhost:0, 127.0.0.1:0",
        "'*:25', '*:25'",
        "[::1]:53, [::1]:53"
    })
    @DisplayName("An endpoint is an address and a port")
    void endpoints(String text, String shown) {
        assertEquals(shown, Endpoint.parse(text).orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "127.0.0.1",
                "127.1:25",
                "::1:25",
                "[::1]",
                "a.example:25",
                "1.2.3.4:65536"
            })
    @DisplayName("What is no endpoint is refused, and no name is looked up")
    void noEndpoints(String text) {
        assertEquals(Optional.empty(), Endpoint.parse(text));
    }

    @Test
    @DisplayName("A server without a port has the usual one")
    void usualPort() {
        assertEquals(53, Endpoint.parse("9.9.9.9", 53).orElseThrow().port());
        assertEquals(53, Endpoint.parse("[::1]", 53).orElseThrow().port());
        assertEquals(5353, Endpoint.parse("9.9.9.9:5353", 53).orElseThrow().port());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.1.2.3/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "fe80::/10, febf::1, true",
        "fe80::/10, fec0::1, false",
        "0.0.0.0/0, ::1, false",
        "192.0.2.128/25, 192.0.2.127, false"
    })
    @DisplayName("A network contains the addresses that share its prefix")
    void networks(String network, String address, boolean contained) {
        Network parsed = Network.parse(network).orElseThrow();
        assertEquals(contained, parsed.contains(Network.literal(address).orElseThrow()));
    }

    @Test
    @DisplayName("What is no network is refused")
    void noNetworks() {
        assertTrue(Network.parse("10.0.0.0/33").isEmpty());
        assertTrue(Network.parse("10.0.0.0/").isEmpty());
        assertTrue(Network.parse("10/8").isEmpty());
        assertFalse(Network.parse("::/0").isEmpty());
    }
}
