package facteur.message.html;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Any octets as HTML: what is to be replaced stands in order, whole, and within the text. */
class HtmlFuzz {
    private static final List<Optional<String>> CHARSETS =
            List.of(
                    Optional.empty(),
                    Optional.of("utf-8"),
                    Optional.of("utf-16"),
                    Optional.of("iso-2022-jp"),
                    Optional.of("windows-1252"));

    @FuzzTest(maxExecutions = 5_000_000, maxDuration = "10m")
    void any_octets_have_slots_in_order(byte[] html) {
        for (Optional<String> charset : CHARSETS) {
            Optional<AsciiView> view = AsciiView.of(html, charset);
            if (view.isPresent()) {
                scan(view.get());
            }
        }
    }

    private static void scan(AsciiView view) {
        HtmlLinks links = new HtmlLinks(view, LinkRules.DEFAULT, new LinkTargets(Set.of()));
        HtmlScanner scanner = new HtmlScanner(view.ascii(), links);
        scanner.scan();
        int end = 0;
        for (Replacement replacement : links.slots(true, scanner.endsInside())) {
            assertTrue(replacement.from() >= end, "slots overlap");
            assertTrue(
                    replacement.to() >= replacement.from()
                            && replacement.to() <= view.ascii().length,
                    "beyond");
            end = replacement.to();
        }
    }
}
