package facteur.mta.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds bare URLs in a text/plain part, as mail programs do when they make them clickable. */
final class PlainLinks {
    private static final String ENDS = "<>\"'`|\\^{}";
    private static final String TRAILING = ".,;:!?*_~";

    private PlainLinks() {}

    static List<Slot> slots(TextView view, LinkRules rules, Targets targets) {
        byte[] text = view.ascii();
        List<Slot> slots = new ArrayList<>();
        int at = 0;
        while (at < text.length) {
            if (!isStart(text, at)) {
                at++;
                continue;
            }
            int end = end(text, at);
            Optional<String> url = view.text(at, end).filter(it -> rules.isTrackable(it, targets));
            int number = url.isPresent() ? targets.number(url.get()) : -1;
            if (number >= 0) {
                slots.add(Slot.link(at, end, at, end, number));
            }
            at = end;
        }
        return slots;
    }

    /** {@code http://} or {@code https://}, not within a word or another address. */
    private static boolean isStart(byte[] text, int at) {
        if (HtmlScanner.lower(text[at]) != 'h' || (at > 0 && isWord(text[at - 1]))) {
            return false;
        }
        return HtmlLinks.isAt(text, at, text.length, "http://")
                || HtmlLinks.isAt(text, at, text.length, "https://");
    }

    /** Up to white space or a quote; punctuation at the end belongs to the sentence. */
    private static int end(byte[] text, int from) {
        int end = from;
        int open = 0;
        while (end < text.length && text[end] > ' ' && ENDS.indexOf(text[end]) < 0) {
            open += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
            end++;
        }
        while (end > from
                && (TRAILING.indexOf(text[end - 1]) >= 0 || (open < 0 && text[end - 1] == ')'))) {
            open += text[end - 1] == ')' ? 1 : 0;
            end--;
        }
        return Math.max(end, from + 1);
    }

    private static boolean isWord(byte octet) {
        int lower = HtmlScanner.lower(octet);
        return (lower >= 'a' && lower <= 'z')
                || (octet >= '0' && octet <= '9')
                || octet == '='
                || octet == '/';
    }
}
