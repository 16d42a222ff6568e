package facteur.mta.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.stream.IntStream;

class SiteNameTest {
    @ParameterizedTest
    @CsvSource({
        "mx.example, mx.example",
        "mx.example mx.example, mx.example",
        "mx2.example.org mx1.example.org, (mx1|mx2).example.org",
        "example.org mx.example.org, (@|mx).example.org",
        "a.one.example b.two.example, (a.one|b.two).example",
        "mx.example mx.test, (mx.example|mx.test)",
        "xmx.example mx.example, (mx|xmx).example",
        "[192.0.2.1], [192.0.2.1]"
    })
    void what_differs_stands_before_what_is_common(String hosts, String name) {
        assertEquals(name, SiteName.of(List.of(hosts.split(" "))));
    }

    @Test
    void many_hosts_make_a_short_name_of_their_own() {
        List<String> many = IntStream.range(0, 100).mapToObj(i -> "mx" + i + ".example").toList();
        List<String> fewer = many.subList(0, 99);
        assertTrue(SiteName.of(many).length() < 220);
        assertNotEquals(SiteName.of(many), SiteName.of(fewer));
    }
}
