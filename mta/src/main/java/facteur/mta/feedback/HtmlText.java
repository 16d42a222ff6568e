package facteur.mta.feedback;

import java.util.Locale;

/** The words of an HTML notice: enough to find an address and a reason, not to show it. */
final class HtmlText {
    private HtmlText() {}

    static String text(String html) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < html.length()) {
            int open = html.indexOf('<', at);
            if (open < 0) {
                text.append(html, at, html.length());
                break;
            }
            text.append(html, at, open);
            int close = html.indexOf('>', open);
            if (close < 0) {
                break;
            }
            at = afterTag(html, open, close, text);
        }
        return unescape(text);
    }

    private static int afterTag(String html, int open, int close, StringBuilder text) {
        int nameEnd = Math.min(open + 12, close);
        String tag = html.substring(open + 1, nameEnd).toLowerCase(Locale.ROOT);
        for (String hidden : new String[] {"style", "script", "head"}) {
            if (tag.startsWith(hidden) && !tag.startsWith("header")) {
                int end = html.indexOf("</" + hidden, close);
                return end < 0 ? html.length() : end;
            }
        }
        boolean inline =
                tag.startsWith("b>")
                        || tag.startsWith("/b>")
                        || tag.startsWith("a ")
                        || tag.startsWith("/a")
                        || tag.startsWith("span")
                        || tag.startsWith("/span")
                        || tag.startsWith("i>")
                        || tag.startsWith("/i>")
                        || tag.startsWith("font")
                        || tag.startsWith("/font");
        text.append(inline ? "" : "\n");
        return close + 1;
    }

    private static String unescape(StringBuilder text) {
        return text.toString()
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&#64;", "@")
                .replace("&nbsp;", " ")
                .replace("&amp;", "&");
    }
}
