package facteur.mta.prepare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Content;
import facteur.mail.message.Tracking;
import facteur.mail.text.Ascii;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Random MIME trees: whatever is done to a message, every octet outside of the spans that are
 * replaced is the original's.
 */
class TreesTest {
    private static final int TREES = 3000;

    @Test
    void a_conversion_to_7_bits_keeps_every_octet_that_it_need_not_change() throws IOException {
        converted(0, TREES);
    }

    @Test
    @Tag("long")
    void a_conversion_to_7_bits_keeps_every_octet_that_it_need_not_change_long()
            throws IOException {
        converted(1_000_000, 200_000);
    }

    private static void converted(int from, int count) throws IOException {
        int conversions = 0;
        int signed = 0;
        int changed = 0;
        for (int seed = from; seed < from + count; seed++) {
            Tree tree = new Tree(new Random(seed));
            byte[] original = tree.octets();
            String about = "seed " + seed;
            switch (SevenBit.of(Content.of(original))) {
                case SevenBit.Conversion.Converted(Content content) -> {
                    byte[] sent = Fixture.octets(content);
                    assertTrue(Ascii.is(sent, sent.length), about);
                    assertTrue(!tree.eightBitSigned, about + ": a signature is broken");
                    assertKept(tree, sent, about);
                    assertSameDecoded(original, sent, about);
                    conversions++;
                    changed += Ascii.is(original, original.length) ? 0 : 1;
                }
                case SevenBit.Conversion.Impossible(String why) -> {
                    assertTrue(tree.eightBitSigned && why.contains("signed"), about + ": " + why);
                    signed++;
                }
            }
        }
        System.out.printf(
                "%d trees: %d in 7 bits (%d had more), %d stay as they are signed%n",
                count, conversions, changed, signed);
        assertTrue(conversions > count / 2 && signed > count / 50);
    }

    /** Pieces that may not change stand there in their order, and so do those of ASCII alone. */
    private static void assertKept(Tree tree, byte[] sent, String about) {
        assertRuns(
                tree,
                piece -> piece.isLabel() || (piece.free() && !piece.isAscii()),
                0,
                Fixture.latin(sent),
                about);
    }

    /**
     * Runs of pieces that are not replaced stand in the text in their order: the first where it
     * begins, the last where it ends, others somewhere behind what was put for the pieces between.
     */
    private static void assertRuns(
            Tree tree, Predicate<Tree.Piece> replaced, int from, String text, String about) {
        StringBuilder run = new StringBuilder();
        int at = from;
        boolean gap = false;
        for (Tree.Piece piece : tree.pieces) {
            if (!replaced.test(piece)) {
                run.append(piece.text());
                continue;
            }
            at = behind(run.toString(), gap, at, text, about);
            run.setLength(0);
            gap = true;
        }
        int end = text.length() - run.length();
        assertTrue(
                text.endsWith(run.toString()) && (gap ? end >= at : end == at),
                () -> about + ": not the end: " + run + " in " + text);
    }

    private static int behind(String run, boolean gap, int at, String text, String about) {
        int found = gap ? text.indexOf(run, at) : at;
        assertTrue(
                found >= 0 && text.startsWith(run, found),
                () -> about + ": lost " + run + " in " + text);
        return found + run.length();
    }

    private static void assertSameDecoded(byte[] original, byte[] sent, String about)
            throws IOException {
        List<byte[]> before = SevenBitTest.bodies(original);
        List<byte[]> after = SevenBitTest.bodies(sent);
        assertEquals(before.size(), after.size(), about);
        for (int i = 0; i < before.size(); i++) {
            assertArrayEquals(before.get(i), after.get(i), about + ", part " + i);
        }
    }

    @Test
    void a_tracked_copy_differs_in_links_and_pixel_alone() {
        int tracked = 0;
        for (int seed = 0; seed < TREES; seed++) {
            Tree tree = new Tree(new Random(seed));
            byte[] original = tree.octets();
            RenderedCopy renderedCopy = Fixture.render(original, Fixture.copy(Tracking.FULL));
            String sent = Fixture.latin(Fixture.octets(renderedCopy.content()));
            String about = "seed " + seed;
            if (renderedCopy.notTracked().isPresent()) {
                assertTrue(sent.endsWith(Fixture.latin(original)), about);
                continue;
            }
            tracked++;
            assertAroundHtml(tree, sent, about);
        }
        System.out.printf("%d trees: %d tracked%n", TREES, tracked);
        assertTrue(tracked > TREES / 5, "only " + tracked);
    }

    /** What stands between HTML parts follows octet for octet, and they differ in links alone. */
    private static void assertAroundHtml(Tree tree, String sent, String about) {
        int from = sent.indexOf(tree.pieces.getFirst().text());
        assertTrue(from >= 0, about);
        assertRuns(tree, Tree.Piece::html, from, sent, about);
        List<Parts.Part> before = htmls(tree.octets());
        List<Parts.Part> after = htmls(Fixture.latin(sent));
        assertEquals(before.size(), after.size(), about);
        for (int i = 0; i < before.size(); i++) {
            Exact.compare(before.get(i).octets(), after.get(i).octets(), about);
        }
    }

    private static List<Parts.Part> htmls(byte[] message) {
        Stream<Parts.Part> parts = Parts.of(message).stream();
        return parts.filter(Parts.Part::isHtml).toList();
    }
}
