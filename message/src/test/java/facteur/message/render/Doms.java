package facteur.message.render;

import static org.junit.jupiter.api.Assertions.fail;

import facteur.message.html.HtmlLinksTest;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Compares the trees that jsoup sees in an original and a copy, links and pixel aside. */
final class Doms {
    private static final List<String> MARKS =
            List.of(
                    "clicktracking",
                    "ses:no-track",
                    "data-pm-no-track",
                    "data-notrack",
                    "mc:disable-tracking",
                    "data-msys-clicktrack",
                    "notrack",
                    "no-track",
                    "data-no-track",
                    "disable-tracking");

    /** Addresses of {@link Newsletter} that are never to be left. */
    private static final Pattern TRACKABLE =
            Pattern.compile(
                    "(?i)https?://shop.example(/?|/(a|p|blanks|broken|é|UP|\\?)(?!.*(unsub|ccount)).*)");

    private Doms() {}

    record Compared(String original, String copy, int links, int pixels, List<String> missed) {}

    static Compared compare(String original, String copy) {
        Compared plain = compare(original, copy, false);
        boolean same = plain.original().equals(plain.copy());
        return same ? plain : compare(original, copy, true);
    }

    private static Compared compare(String originalHtml, String copyHtml, boolean parents) {
        Document original = parse(originalHtml);
        Document copy = parse(copyHtml);
        int pixels = removePixels(copy, parents);
        List<Element> before = new ArrayList<>(original.select("[href]"));
        List<Element> after = new ArrayList<>(copy.select("[href]"));
        List<String> missed = new ArrayList<>();
        int links = 0;
        for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
            String url = after.get(i).attr("href");
            if (url.startsWith(Fixture.BASE + "/c/")) {
                links++;
                before.get(i).attr("href", bare(before.get(i).attr("href")));
                after.get(i).attr("href", Fixture.target(url));
            } else if (TRACKABLE.matcher(bare(url)).matches()) {
                missed.add(url);
            }
        }
        leaveOutConditional(original, copy);
        return new Compared(text(original), text(copy), links, pixels, missed);
    }

    /**
     * To jsoup, comments are text. Those for Outlook are left out here; what is rewritten in them
     * is looked at in {@link HtmlLinksTest}.
     */
    private static void leaveOutConditional(Document original, Document copy) {
        List<Comment> before = original.nodeStream(Comment.class).toList();
        List<Comment> after = copy.nodeStream(Comment.class).toList();
        for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
            if (before.get(i).getData().strip().startsWith("[if")) {
                before.get(i).setData("");
                after.get(i).setData("");
            }
        }
    }

    /** Shows where two trees part. */
    static void assertSame(Compared doms, String message) {
        String original = doms.original();
        String copy = doms.copy();
        int at = 0;
        while (at < Math.min(original.length(), copy.length())
                && original.charAt(at) == copy.charAt(at)) {
            at++;
        }
        if (at < Math.max(original.length(), copy.length())) {
            fail(message + "\n" + around(original, at) + "\n--- but\n" + around(copy, at));
        }
    }

    private static String around(String text, int at) {
        return text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 200));
    }

    private static Document parse(String html) {
        Document document = Jsoup.parse(html);
        document.outputSettings().prettyPrint(false);
        return document;
    }

    private static String text(Document document) {
        document.traverse(
                (Node node, int _) -> {
                    if (node instanceof Element element) {
                        MARKS.forEach(element::removeAttr);
                    }
                });
        // A pixel may take part of the white space around it into another element.
        return document.outerHtml().replaceAll("\\s+", "");
    }

    /** The pixel, and formatting elements which exist only because it had to stand in some. */
    private static int removePixels(Document copy, boolean parents) {
        int pixels = 0;
        for (Element image : copy.select("img[src^=" + Fixture.BASE + "/o/]")) {
            @Nullable Element parent = image.parent();
            image.remove();
            pixels++;
            while (parents
                    && parent != null
                    && parent.childNodeSize() == 0
                    && !parent.nameIs("body")) {
                @Nullable Element above = parent.parent();
                parent.remove();
                parent = above;
            }
        }
        return pixels;
    }

    /** How a browser reads an address: not by our code. */
    private static String bare(String url) {
        return url.replaceAll("^[\\x00-\\x20]+|[\\x00-\\x20]+$|[\\t\\r\\n]", "");
    }
}
