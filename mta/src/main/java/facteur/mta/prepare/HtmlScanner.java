package facteur.mta.prepare;

import java.util.List;

/**
 * Finds the tags of an HTML text as a browser would, and says exactly at which octets they and
 * their attributes stand. It follows the tokenizer of the HTML standard (whatwg, 13.2.5) and none
 * of the tree building, which no link depends on:
 *
 * <pre>
 * text      &lt; and a letter begins a tag; anything else may be text, a comment, or a bogus comment
 * tag       attributes bare, in ' or in "; unfinished at the end of the text it is no tag at all
 * comment   to --&gt; ; one that begins [if ...]&gt; is read by Outlook, so its inside is scanned too
 * raw text  script, style, title, textarea, ... : to their own end tag, markup inside is none
 * </pre>
 *
 * <p>It never goes back: each octet is looked at a bounded number of times (twice inside an Outlook
 * comment), whatever the text. What it does not follow to the letter (CDATA sections, which mean
 * something only inside SVG; scripts that hide scripts in comments; a tag that begins within the
 * name of another; hundreds of attributes) it reports as doubt, and the part is then left alone.
 *
 * <p>Octets above 127 are never markup in the charsets that {@link AsciiView} lets through.
 */
final class HtmlScanner {
    private static final List<String> RAW_TEXT =
            List.of("style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes");

    /** Of plaintext and the above. */
    private static final String RAW_TEXT_INITIALS = "pstxin";

    private final byte[] html;
    private final Sink sink;
    private final HtmlTag tag;
    private boolean doubtful;
    private boolean swallowed;

    /** Told what is found, in order. */
    interface Sink {
        void startTag(HtmlTag tag);

        void endTag(HtmlTag tag);

        /** Text outside of tags, comments and raw text elements; may come in several pieces. */
        void text(int from, int to);
    }

    HtmlScanner(byte[] html, Sink sink) {
        this.html = html;
        this.sink = sink;
        this.tag = new HtmlTag(html);
    }

    void scan() {
        scan(0, html.length, false);
    }

    /** Something was met that browsers may read otherwise. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** The text ends inside a tag, a comment or a raw text element: what is appended is lost. */
    boolean endsInside() {
        return swallowed;
    }

    private void scan(int from, int end, boolean comment) {
        int at = from;
        while (at < end && !doubtful) {
            int open = at;
            while (open < end && html[open] != '<') {
                open++;
            }
            if (open > at && !comment) {
                sink.text(at, open);
            }
            at = open < end ? markup(open, end, comment) : end;
        }
    }

    /** Reads what begins with the less-than sign at {@code at}; answers where it ends. */
    private int markup(int at, int end, boolean comment) {
        int next = at + 1 < end ? html[at + 1] : ' ';
        if (isLetter(next)) {
            return startTag(at, end, comment);
        }
        return switch (next) {
            case '/' -> endTag(at, end, comment);
            case '!' -> declaration(at, end, comment);
            case '?' -> bogus(at, end, comment);
            default -> at + 1;
        };
    }

    private int startTag(int at, int end, boolean comment) {
        int to = tag(at, at + 1, end, comment);
        if (to < 0) {
            return swallow(end, comment);
        }
        sink.startTag(tag);
        return rawText(to, end, comment);
    }

    private int endTag(int at, int end, boolean comment) {
        int name = at + 2;
        if (name >= end || !isLetter(html[name])) {
            return name < end && html[name] == '>' ? name + 1 : bogus(at, end, comment);
        }
        int to = tag(at, name, end, comment);
        if (to < 0) {
            return swallow(end, comment);
        }
        sink.endTag(tag);
        return to;
    }

    /** Fills {@link #tag}; answers where it ends, or -1 when it does not. */
    private int tag(int at, int name, int end, boolean comment) {
        tag.begin(at, name, comment);
        int i = name;
        while (i < end && isNameOctetOfTag(html[i])) {
            doubtful |= html[i] == '<';
            i++;
        }
        tag.nameTo = i;
        while (i < end) {
            byte octet = html[i];
            if (octet == '>') {
                tag.to = i + 1;
                return i + 1;
            }
            i = HtmlOctets.isSpace(octet) || octet == '/' ? i + 1 : attribute(i, end);
        }
        return -1;
    }

    private int attribute(int from, int end) {
        int nameTo = from + 1; // the first octet belongs to the name, even an equals sign
        while (nameTo < end && isNameOctet(html[nameTo])) {
            nameTo++;
        }
        int equals = skipSpace(nameTo, end);
        if (equals >= end || html[equals] != '=') {
            keep(from, nameTo, -1, -1);
            return nameTo;
        }
        int value = skipSpace(equals + 1, end);
        if (value >= end || html[value] == '>') {
            keep(from, nameTo, -1, -1);
            return value;
        }
        byte quote = html[value];
        return quote == '"' || quote == '\''
                ? quoted(from, nameTo, value + 1, end, quote)
                : bare(from, nameTo, value, end);
    }

    private int quoted(int from, int nameTo, int value, int end, byte quote) {
        int to = value;
        while (to < end && html[to] != quote) {
            to++;
        }
        keep(from, nameTo, value, to);
        return to + 1; // past the end when the quote is missing: the tag has no end then
    }

    private int bare(int from, int nameTo, int value, int end) {
        int to = value;
        while (to < end && !HtmlOctets.isSpace(html[to]) && html[to] != '>') {
            to++;
        }
        keep(from, nameTo, value, to);
        return to;
    }

    private void keep(int from, int nameTo, int value, int valueTo) {
        if (!tag.add(from, nameTo, value, valueTo)) {
            doubtful = true;
        }
    }

    private int declaration(int at, int end, boolean comment) {
        if (starts(at + 2, end, "--")) {
            return comment(at, end, comment);
        }
        if (starts(at + 2, end, "[cdata[")) {
            doubtful = true;
        }
        return bogus(at, end, comment);
    }

    /** Doctypes, processing instructions and the like: to the next greater-than sign. */
    private int bogus(int at, int end, boolean comment) {
        int to = at + 2;
        while (to < end && html[to] != '>') {
            to++;
        }
        return to < end ? to + 1 : swallow(end, comment);
    }

    private int comment(int at, int end, boolean nested) {
        int close = at + 2; // so that <!--> and <!---> are whole comments
        while (close < end && !closesComment(at, close, end)) {
            close++;
        }
        if (close >= end) {
            return swallow(end, nested);
        }
        if (!nested && isConditional(at + 4, close)) {
            scan(at + 4, close, true);
        }
        return close + (html[close + 2] == '>' ? 3 : 4);
    }

    private boolean closesComment(int at, int close, int end) {
        return html[close] == '-'
                && (starts(close, end, "-->") || (close >= at + 4 && starts(close, end, "--!>")));
    }

    /** {@code [if mso]>}: what follows is markup for Outlook, and a comment for all others. */
    private boolean isConditional(int from, int end) {
        return starts(skipSpace(from, end), end, "[if");
    }

    /** Behind a start tag: past the raw text of the element, to its end tag. */
    private int rawText(int from, int end, boolean comment) {
        if (RAW_TEXT_INITIALS.indexOf(HtmlOctets.lower(html[tag.nameFrom])) < 0) {
            return from; // by far the most
        }
        if (tag.is("plaintext")) {
            return swallow(end, comment);
        }
        for (String name : RAW_TEXT) {
            if (tag.is(name)) {
                int to = rawTextEnd(from, end, name);
                doubtful |= name.equals("script") && hidesScript(from, to);
                return to >= end ? swallow(end, comment) : to;
            }
        }
        return from;
    }

    private int rawTextEnd(int from, int end, String name) {
        for (int i = from; i < end; i++) {
            if (html[i] == '<'
                    && i + 1 < end
                    && html[i + 1] == '/'
                    && starts(i + 2, end, name)
                    && i + 2 + name.length() < end) {
                byte behind = html[i + 2 + name.length()];
                doubtful |= behind == '<';
                if (!isNameOctetOfTag(behind)) {
                    return i;
                }
            }
        }
        return end;
    }

    /** The "double escaped" states of scripts: an end tag inside a comment may not end them. */
    private boolean hidesScript(int from, int end) {
        boolean escaped = false;
        for (int i = from; i < end; i++) {
            if (html[i] == '<') {
                escaped |= starts(i, end, "<!--");
                if (escaped && starts(i, end, "<script")) {
                    return true;
                }
            }
        }
        return false;
    }

    private int swallow(int end, boolean comment) {
        swallowed |= !comment;
        return end;
    }

    private int skipSpace(int from, int end) {
        int at = from;
        while (at < end && HtmlOctets.isSpace(html[at])) {
            at++;
        }
        return at;
    }

    private boolean starts(int at, int end, String lower) {
        if (at + lower.length() > end) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (HtmlOctets.lower(html[at + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameOctet(byte octet) {
        return !HtmlOctets.isSpace(octet) && octet != '/' && octet != '>' && octet != '=';
    }

    private static boolean isNameOctetOfTag(byte octet) {
        return !HtmlOctets.isSpace(octet) && octet != '/' && octet != '>';
    }

    private static boolean isLetter(int octet) {
        int lower = octet | 32;
        return lower >= 'a' && lower <= 'z' && octet > 0;
    }
}
