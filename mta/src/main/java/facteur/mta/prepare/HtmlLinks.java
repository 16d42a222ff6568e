package facteur.mta.prepare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Picks from the tags of one HTML part the links to rewrite, the marks to take away, and the place
 * of the pixel. Offsets count in the view (see {@link AsciiView}).
 */
final class HtmlLinks implements HtmlScanner.Sink {
    /** Gmail cuts the display near 102 kB; above this size, in octets, the pixel goes on top. */
    static final int LONG_HTML = 90_000;

    private static final List<String> PLACEHOLDERS =
            List.of("{{facteur:pixel}}", "{{ses:openTracker}}");
    private static final String NO_TRACK = "+notrack";

    private final AsciiView text;
    private final LinkRules rules;
    private final LinkTargets linkTargets;
    private final List<Replacement> slots = new ArrayList<>();
    private final List<Replacement> placeholders = new ArrayList<>();
    private int bodyStart = -1;
    private int bodyEnd = -1;
    private int htmlEnd = -1;
    private int foreignDepth; // of svg and math

    HtmlLinks(AsciiView text, LinkRules rules, LinkTargets linkTargets) {
        this.text = text;
        this.rules = rules;
        this.linkTargets = linkTargets;
    }

    @Override
    public void startTag(HtmlTag tag) {
        if (isForeign(tag)) {
            foreignDepth += text.ascii()[tag.to - 2] == '/' ? 0 : 1;
        } else if (tag.is("body") && bodyStart < 0 && !tag.inComment) {
            bodyStart = tag.to;
        } else if (tag.is("a") || tag.is("area") || tag.startsWith("v:")) {
            link(tag);
        }
    }

    @Override
    public void endTag(HtmlTag tag) {
        if (isForeign(tag)) {
            foreignDepth = Math.max(0, foreignDepth - 1);
        } else if (tag.inComment || foreignDepth > 0) {
            return; // an image would end the drawing, and so move what follows
        } else if (tag.is("body")) {
            bodyEnd = tag.from;
        } else if (tag.is("html")) {
            htmlEnd = tag.from;
        }
    }

    private static boolean isForeign(HtmlTag tag) {
        return !tag.inComment && (tag.is("svg") || tag.is("math"));
    }

    @Override
    public void text(int from, int to) {
        byte[] html = text.ascii();
        for (int i = from; i + 1 < to; i++) {
            if (html[i] == '{' && html[i + 1] == '{') {
                for (String placeholder : PLACEHOLDERS) {
                    if (isAt(html, i, to, placeholder) && linkTargets.countMark()) {
                        placeholders.add(
                                Replacement.of(
                                        Replacement.Kind.PIXEL, i, i + placeholder.length()));
                    }
                }
            }
        }
    }

    /** All slots in order; the pixel's among them when {@code pixel} is wanted and has a place. */
    List<Replacement> slots(boolean pixel, boolean endsInside) {
        List<Replacement> all = new ArrayList<>(slots);
        all.addAll(placeholders);
        int place = pixel && placeholders.isEmpty() ? pixelPlace(endsInside) : -1;
        if (place >= 0) {
            all.add(Replacement.of(Replacement.Kind.PIXEL, place, place));
        }
        all.sort(Comparator.comparingInt(Replacement::from).thenComparingInt(Replacement::to));
        return all;
    }

    private int pixelPlace(boolean endsInside) {
        int size = text.ascii().length;
        if (size * text.unit() > LONG_HTML && bodyStart >= 0) {
            return bodyStart;
        }
        if (bodyEnd >= 0) {
            return bodyEnd;
        }
        if (htmlEnd >= 0) {
            return htmlEnd;
        }
        return endsInside || foreignDepth > 0 || !text.endsInAscii() ? -1 : size;
    }

    private void link(HtmlTag tag) {
        cutMarks(tag);
        int href = tag.find("href");
        if (href < 0 || !tag.hasValue(href)) {
            return;
        }
        int from = tag.valueFrom(href);
        int to = tag.valueTo(href);
        Optional<String> url = text.text(from, to).flatMap(Entities::decode).map(HtmlLinks::bare);
        if (url.isEmpty() || LinkRules.optsOut(tag) || isMarked(from, to, url.get())) {
            return;
        }
        if (rules.isTrackable(url.get(), linkTargets)) {
            int number = linkTargets.number(url.get());
            if (number >= 0) {
                slots.add(Replacement.link(from, to, tag.nameFrom(href), tag.end(href), number));
            }
        }
    }

    /** With the blank before it, so that none is left over. */
    private void cutMarks(HtmlTag tag) {
        for (int i = 0; i < tag.attributes(); i++) {
            int from = tag.nameFrom(i) - 1;
            if (LinkRules.isMark(tag, i) && isFree(from, tag.end(i))) {
                cut(from, tag.end(i));
            }
        }
    }

    private void cut(int from, int to) {
        if (linkTargets.countMark()) {
            slots.add(Replacement.of(Replacement.Kind.CUT, from, to));
        }
    }

    /** Its neighbours must not grow together, nor two lines into one that may be too long. */
    private boolean isFree(int from, int to) {
        byte[] html = text.ascii();
        boolean apart = HtmlOctets.isSpace(html[to]) || html[to] == '>' || html[to] == '/';
        boolean free = apart && HtmlOctets.isSpace(html[from]);
        for (int i = from; i < to && free; i++) {
            free = html[i] != '\n';
        }
        return free;
    }

    /** {@code https+notrack://...}: the mark goes, the link stays. */
    private boolean isMarked(int from, int to, String url) {
        boolean marked =
                url.regionMatches(true, 0, "https+notrack:", 0, 14)
                        || url.regionMatches(true, 0, "http+notrack:", 0, 13);
        for (int i = from; marked && i + NO_TRACK.length() < to; i++) {
            if (isAt(text.ascii(), i, to, NO_TRACK)) {
                cut(i, i + NO_TRACK.length());
                return true;
            }
        }
        return marked;
    }

    /** As browsers read it: no blanks around it, no tabs and line breaks within. */
    static String bare(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && value.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && value.charAt(to - 1) <= ' ') {
            to--;
        }
        StringBuilder out = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if (c != '\t' && c != '\n' && c != '\r') {
                out.append(c);
            }
        }
        return out.toString();
    }

    static boolean isAt(byte[] html, int at, int end, String wanted) {
        if (at + wanted.length() > end) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (HtmlOctets.lower(html[at + i]) != HtmlOctets.lower((byte) wanted.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
