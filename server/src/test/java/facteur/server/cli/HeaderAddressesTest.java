package facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class HeaderAddressesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a@example.org|a@example.org",
                "Anne <a@example.org>, b@example.org|a@example.org b@example.org",
                "\"Durand, Anne\" <a@example.org>|a@example.org",
                "\"odd <x@y>\" <a@example.org> (at, home <z@z>)|a@example.org",
                "team: a@example.org, b@example.org;, c@example.org|a@example.org b@example.org"
                        + " c@example.org",
                "undisclosed-recipients:;|",
                "\"a b\"@example.org|\"a b\"@example.org",
                "root (Cron Daemon)|root",
                "root|root",
                "Anne Durand|",
                "<a@example.org|a@example.org",
                "(never closed|",
            })
    void addresses_are_found_and_names_are_not(String field, String found) {
        List<String> expected =
                found == null
                        ? List.of()
                        : found.startsWith("\"a b") ? List.of(found) : List.of(found.split(" "));
        assertEquals(expected, HeaderAddresses.of(field));
    }
}
