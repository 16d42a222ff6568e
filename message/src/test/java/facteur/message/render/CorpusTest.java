package facteur.message.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Tracking;
import facteur.message.html.Exact;

import org.junit.jupiter.api.Test;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Random;

/** Newsletters of every shape, compared part by part with what other parsers see. */
class CorpusTest {
    static final int MESSAGES = 600;

    @Test
    void copies_differ_from_their_originals_in_links_and_pixel_alone() {
        int links = 0;
        int pixels = 0;
        for (int seed = 0; seed < MESSAGES; seed++) {
            byte[] message = message(seed);
            RenderedCopy renderedCopy = Fixture.render(message, Fixture.copy(Tracking.FULL));
            byte[] copy = Fixture.octets(renderedCopy.content());
            assertEquals(copy.length, renderedCopy.content().size(), "seed " + seed);
            Doms.Compared all = compare(seed, message, copy);
            links += all.links();
            pixels += all.pixels();
            assertTrue(all.pixels() == (renderedCopy.pixel() ? 1 : 0), "seed " + seed);
            assertLines(seed, message, copy);
        }
        assertTrue(links > MESSAGES * 4, "only " + links + " links in all");
        assertTrue(pixels > MESSAGES * 9 / 10, "only " + pixels + " pixels in all");
    }

    @Test
    void without_tracking_a_copy_is_the_original_but_for_its_header() {
        for (int seed = 0; seed < MESSAGES; seed++) {
            byte[] message = message(seed);
            byte[] copy =
                    Fixture.octets(Fixture.render(message, Fixture.copy(Tracking.OFF)).content());
            String expected =
                    Fixture.latin(message)
                            .replace("X-Campaign: autumn\r\nX-PM-Metadata-color: red\r\n", "");
            String added =
                    "Feedback-ID: none:transactional:facteur:shop-example\r\nX-Feedback-Token: "
                            + RecipientCopy.returnPath(
                                            Fixture.RECIPIENT, Fixture.SEAL, Fixture.BOUNCES)
                                    .localPart()
                            + "\r\n";
            assertEquals(added + expected, Fixture.latin(copy), "seed " + seed);
        }
    }

    static byte[] message(int seed) {
        Random random = new Random(seed);
        return new Mail(random).around(Newsletter.make(random));
    }

    private static Doms.Compared compare(int seed, byte[] message, byte[] copy) {
        List<Parts.Part> before = Parts.of(message);
        List<Parts.Part> after = Parts.of(copy);
        assertEquals(before.size(), after.size(), "seed " + seed);
        int links = 0;
        int pixels = 0;
        for (int i = 0; i < before.size(); i++) {
            Parts.Part part = before.get(i);
            assertEquals(part.encoding(), after.get(i).encoding(), "seed " + seed);
            if (part.isHtml()) {
                Doms.Compared doms = Doms.compare(text(part), text(after.get(i)));
                Doms.assertSame(doms, "seed " + seed);
                Exact.compare(text(part), text(after.get(i)), "seed " + seed);
                assertEquals(List.of(), doms.missed(), "seed " + seed);
                links += doms.links();
                pixels += doms.pixels();
            } else {
                assertEquals(part, after.get(i), "seed " + seed);
            }
        }
        return new Doms.Compared("", "", links, pixels, List.of());
    }

    private static String text(Parts.Part part) {
        return new String(Fixture.latin(part.octets()), Charset.forName(part.charset()));
    }

    /** Short lines stay short, and 7-bit parts 7-bit. */
    private static void assertLines(int seed, byte[] message, byte[] copy) {
        boolean sevenBit = Fixture.latin(message).chars().allMatch(c -> c < 0x80);
        if (sevenBit) {
            assertTrue(Fixture.latin(copy).chars().allMatch(c -> c < 0x80), "seed " + seed);
        }
        if (longest(message) <= 998) {
            assertTrue(longest(copy) <= 998, "seed " + seed + ": " + longest(copy));
        }
        assertFalse(Fixture.latin(copy).matches("(?s).*[^\r]\n.*"), "seed " + seed);
    }

    private static int longest(byte[] message) {
        return Fixture.latin(message).lines().mapToInt(String::length).max().orElse(0);
    }
}
