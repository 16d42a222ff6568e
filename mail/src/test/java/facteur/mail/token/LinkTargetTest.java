package facteur.mail.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTargetTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a",
                "HTTPS://Example.ORG/Path?x=1&y=2#f",
                "https://[2001:db8::1]:8443/",
                "https://münchen.example/straße?q=ü",
                "https://a.example/with space"
            })
    void an_absolute_web_address_is_fit(String url) {
        assertTrue(LinkTarget.isFit(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://",
                "https:///path",
                "http:/a",
                "mailto:a@b.example",
                "javascript:alert(1)",
                "//a.example/",
                "https://a.example/\r\nSet-Cookie: x",
                "https://a.example/\u0000",
                "https://a.example/\u2028",
                "https://a.example/\ud800"
            })
    void anything_else_is_not(String url) {
        assertFalse(LinkTarget.isFit(url));
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 4097})
    void the_limit_counts_octets(int octets) {
        String url = "https://a.example/" + "é".repeat((octets - 18) / 2) + "x".repeat(octets % 2);
        assertEquals(octets <= LinkTarget.MAX_OCTETS, LinkTarget.isFit(url));
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/x?y=1&z=%20#f, https://a.example/x?y=1&z=%20#f",
        "https://a.example/a b, https://a.example/a%20b",
        "https://a.example/é?q=ü#ß, https://a.example/%C3%A9?q=%C3%BC#%C3%9F",
        "https://münchen.example:8080/x, https://xn--mnchen-3ya.example:8080/x",
        "https://user:pw@a.example/é, https://user:pw@a.example/%C3%A9",
    })
    void a_redirect_says_it_in_ascii(String url, String location) {
        assertEquals(location, LinkTarget.location(url));
    }
}
