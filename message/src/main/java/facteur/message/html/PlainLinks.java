package facteur.message.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds bare URLs in a text/plain part, as mail programs do when they make them clickable. Where
 * one ends has no grammar, and half of one leads elsewhere. So a URL is taken whole, with all that
 * an IRI may hold (RFC 3987 2.2), and only if white space or a closing delimiter stands behind it.
 */
public final class PlainLinks {
    /** ASCII that no IRI holds. */
    private static final String FORBIDDEN = "<>\"{}|\\^`";

    /** Belongs to the sentence when it stands at the end. */
    private static final String TRAILING = ".,;:!?*_~'";

    private static final String OPENING = "<\"'`([«»“„‘‚‹›「『（【《〈";
    private static final String CLOSING = ">\"'`)]»«”“’‘›‹」』）】》〉";

    private final AsciiView view;
    private final LinkRules rules;
    private final LinkTargets linkTargets;
    private final List<Replacement> slots = new ArrayList<>();

    private PlainLinks(AsciiView view, LinkRules rules, LinkTargets linkTargets) {
        this.view = view;
        this.rules = rules;
        this.linkTargets = linkTargets;
    }

    public static List<Replacement> slots(
            AsciiView view, LinkRules rules, LinkTargets linkTargets) {
        PlainLinks links = new PlainLinks(view, rules, linkTargets);
        byte[] text = view.ascii();
        int from = 0;
        while (from < text.length) {
            if (isBlank(text[from])) {
                from++;
                continue;
            }
            int to = from;
            boolean any = false;
            while (to < text.length && !isBlank(text[to])) {
                any |= isScheme(text, to);
                to++;
            }
            if (any) {
                links.run(from, to);
            }
            from = to;
        }
        return links.slots;
    }

    /** The URLs between two ASCII blanks. */
    private void run(int from, int to) {
        Optional<String> decoded = view.text(from, to);
        if (decoded.isEmpty()) {
            return;
        }
        String run = decoded.get();
        int place = from; // in the view, of the character at mapped
        int mapped = 0;
        int at = 0;
        while (at < run.length()) {
            if (!isStart(run, at)) {
                at++;
                continue;
            }
            Found found = found(run, at);
            if (found.whole()) {
                String url = run.substring(at, found.end());
                place += view.length(run.substring(mapped, at));
                mapped = found.end();
                link(place, place + view.length(url), url);
                place += view.length(url);
            }
            at = found.next();
        }
    }

    /** The same characters may have several spellings in a charset; then the link stays. */
    private void link(int from, int to, String url) {
        boolean sure =
                to <= view.ascii().length && view.text(from, to).filter(url::equals).isPresent();
        int number = sure && rules.isTrackable(url, linkTargets) ? linkTargets.number(url) : -1;
        if (number >= 0) {
            slots.add(Replacement.link(from, to, from, to, number));
        }
    }

    /**
     * Where a URL ends.
     *
     * @param whole whether it can be told where it ends
     * @param next where to look for another one
     */
    private record Found(boolean whole, int end, int next) {}

    private static Found found(String run, int from) {
        int closer = closer(run, from);
        int round = 0; // open brackets of its own
        int square = 0;
        int at = run.indexOf("//", from) + 2;
        boolean whole = true;
        while (at < run.length()) {
            int c = run.codePointAt(at);
            boolean own = (c == ')' && round > 0) || (c == ']' && square > 0);
            if (isSpace(c) || (c == closer && !own && closes(run, at))) {
                break;
            }
            if (!mayHold(c)) {
                whole = isClosing(c) && isEnd(run, at);
                break;
            }
            round += c == '(' ? 1 : c == ')' ? -1 : 0;
            square += c == '[' ? 1 : c == ']' ? -1 : 0;
            at += Character.charCount(c);
        }
        int end = at;
        while (whole && end > from) {
            int c = run.codePointBefore(end);
            whole = !isEmphasis(c) || (from > 0 && run.charAt(from - 1) == c);
            boolean surplus = (c == ')' && round < 0) || (c == ']' && square < 0);
            if (!surplus && !isTrailing(c)) {
                break;
            }
            round += c == ')' ? 1 : c == '(' ? -1 : 0;
            square += c == ']' ? 1 : c == '[' ? -1 : 0;
            end -= Character.charCount(c);
        }
        return new Found(whole, end, Math.max(at, from + 1));
    }

    /** What closes what stands before the URL; -1 for nothing. */
    private static int closer(String run, int from) {
        int opener = from > 0 ? OPENING.indexOf(run.charAt(from - 1)) : -1;
        return opener < 0 ? -1 : CLOSING.charAt(opener);
    }

    /** An apostrophe within a word closes nothing. */
    private static boolean closes(String run, int at) {
        return run.charAt(at) != '\''
                || at + 1 == run.length()
                || !Character.isLetterOrDigit(run.codePointAt(at + 1));
    }

    /** Whether nothing but punctuation follows before the next white space. */
    private static boolean isEnd(String run, int at) {
        int c = run.codePointAt(at);
        if (isIdeographicStop(c)) {
            return true;
        }
        int next = at;
        while (next < run.length() && next - at < 16) {
            c = run.codePointAt(next);
            if (isSpace(c)) {
                return true;
            }
            if (!isClosing(c) && !isTrailing(c)) {
                return false;
            }
            next += Character.charCount(c);
        }
        return next >= run.length();
    }

    private static boolean isClosing(int c) {
        return CLOSING.indexOf(c) >= 0
                || isIdeographicStop(c)
                || (c > 0x7f
                        && (Character.getType(c) == Character.END_PUNCTUATION
                                || Character.getType(c) == Character.FINAL_QUOTE_PUNCTUATION));
    }

    /** Where words are not set apart, what stands between sentences ends a URL at once. */
    private static boolean isIdeographicStop(int c) {
        return "。、，．！？；：）」』】》〉".indexOf(c) >= 0;
    }

    private static boolean isTrailing(int c) {
        return c < 0x80
                ? TRAILING.indexOf(c) >= 0
                : Character.getType(c) == Character.OTHER_PUNCTUATION;
    }

    /** May end a URL as well, and a placeholder in it, unless the same stands before it. */
    private static boolean isEmphasis(int c) {
        return c == '*' || c == '_' || c == '~';
    }

    /** ASCII but what RFC 3986 leaves out, and letters, marks, figures and signs of others. */
    private static boolean mayHold(int c) {
        if (c < 0x80) {
            return c > ' ' && c < 0x7f && FORBIDDEN.indexOf(c) < 0;
        }
        if (c == 0x200c || c == 0x200d) { // joiners, within Persian words and signs
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION ->
                    false;
            default -> c != 0xfffd && !isIdeographicStop(c);
        };
    }

    private static boolean isSpace(int c) {
        return isBlank(c) || Character.isSpaceChar(c) || c == 0x200b || c == 0xfeff;
    }

    /** No other control character ends a URL: what a reader makes of it is not known. */
    private static boolean isBlank(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** {@code http://} or {@code https://}, not within a word or another address. */
    private static boolean isStart(String run, int at) {
        if ((run.charAt(at) | 0x20) != 'h' || (at > 0 && isWord(run.charAt(at - 1)))) {
            return false;
        }
        return run.regionMatches(true, at, "http://", 0, 7)
                || run.regionMatches(true, at, "https://", 0, 8);
    }

    private static boolean isScheme(byte[] text, int at) {
        return HtmlOctets.lower(text[at]) == 'h'
                && (HtmlLinks.isAt(text, at, text.length, "http://")
                        || HtmlLinks.isAt(text, at, text.length, "https://"));
    }

    private static boolean isWord(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || c == '=' || c == '/';
    }
}
