package facteur.mta.prepare;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the trees that jsoup sees in an original and a copy, links and pixel aside. */
final class Doms {
    private static final Pattern OURS =
            Pattern.compile(Pattern.quote(Fixture.BASE) + "/c/[A-Za-z0-9_-]+");
    private static final List<String> MARKS =
            List.of(
                    "clicktracking",
                    "ses:no-track",
                    "data-pm-no-track",
                    "data-notrack",
                    "mc:disable-tracking",
                    "data-msys-clicktrack");

    private Doms() {}

    record Compared(String original, String copy, int links, int pixels) {}

    static Compared compare(String originalHtml, String copyHtml) {
        Document original = parse(originalHtml);
        Document copy = parse(copyHtml);
        int pixels = removePixels(copy);
        List<Element> before = new ArrayList<>(original.select("[href]"));
        List<Element> after = new ArrayList<>(copy.select("[href]"));
        int links = 0;
        for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
            String url = after.get(i).attr("href");
            if (url.startsWith(Fixture.BASE + "/c/")) {
                links++;
                before.get(i).attr("href", bare(before.get(i).attr("href")));
                after.get(i).attr("href", Fixture.target(url));
            }
        }
        return new Compared(text(original), text(copy), links, pixels);
    }

    private static Document parse(String html) {
        Document document = Jsoup.parse(html);
        document.outputSettings().prettyPrint(false);
        return document;
    }

    private static String text(Document document) {
        document.traverse(
                (Node node, int _) -> {
                    if (node instanceof Comment comment) {
                        String data = unsealed(comment.getData()).replace("&amp;", "&");
                        comment.setData(data.replaceAll(" clicktracking=\"?off\"?", ""));
                    } else if (node instanceof Element element) {
                        MARKS.forEach(element::removeAttr);
                    }
                });
        return document.outerHtml();
    }

    /** The pixel, and formatting elements which exist only because it had to stand in some. */
    private static int removePixels(Document copy) {
        int pixels = 0;
        for (Element image : copy.select("img[src^=" + Fixture.BASE + "/o/]")) {
            @Nullable Element parent = image.parent();
            image.remove();
            pixels++;
            while (parent != null && parent.childNodeSize() == 0 && !parent.nameIs("body")) {
                @Nullable Element above = parent.parent();
                parent.remove();
                parent = above;
            }
        }
        return pixels;
    }

    private static String unsealed(String text) {
        Matcher matcher = OURS.matcher(text);
        return matcher.replaceAll(it -> Matcher.quoteReplacement(Fixture.target(it.group())));
    }

    /** How a browser reads an address: not by our code. */
    private static String bare(String url) {
        return url.strip().replaceAll("[\\t\\r\\n]", "");
    }
}
