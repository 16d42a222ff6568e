package facteur.config.icu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

@DisplayName("International domain names")
class IcuDomainsTest {
    private final IcuDomains domains = new IcuDomains();

    @ParameterizedTest
    @CsvSource({
        "straße.de, xn--strae-oqa.de",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "почта.рф, xn--80a1acny.xn--p1ai",
        "example.org, example.org"
    })
    @DisplayName("A name has the ASCII form of IDNA 2008, not the transitional one")
    void asciiForms(String name, String ascii) {
        assertEquals(Optional.of(ascii), domains.apply(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u202eb.example", "\u0301a.example", "a..ü.example", "üx.-a"})
    @DisplayName("What has no such form is refused")
    void refused(String name) {
        assertEquals(Optional.empty(), domains.apply(name));
    }
}
