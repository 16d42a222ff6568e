package facteur.mta.disposition;

import facteur.mail.smtp.EnhancedStatus;

import java.util.Locale;
import java.util.Optional;

/**
 * The text of a refusal without what changes from one mail to the next, so that rules see only
 * words, and one ruling serves all replies of a template. Lower case, letters of Latin script
 * without accents, single blanks; addresses, IP addresses, URLs, host names, long numbers and ids
 * become {@code <addr>}, {@code <ip>}, {@code <url>}, {@code <host>}, {@code <n>}, {@code <id>}; a
 * repeated reply code is dropped. Names of well-known hosts stay, because they say who speaks.
 */
final class ReplyNormalizer {
    // Enough for every reply seen; some servers append pages of legal text.
    static final int MOST = 2000;
    private static final int LONG_NUMBER = 6;
    private static final int LONG_ID = 12;

    private final String text;
    private final String code;
    private final String status;
    private final StringBuilder masked;

    private ReplyNormalizer(String text, int code, Optional<EnhancedStatus> status) {
        this.text = text;
        this.code = code == StatusFinder.NO_CODE ? "" : Integer.toString(code);
        this.status = status.map(EnhancedStatus::toString).orElse("");
        this.masked = new StringBuilder(text.length() + 16);
    }

    static String of(String text, int code, Optional<EnhancedStatus> status) {
        String bounded = text.length() > MOST ? text.substring(0, MOST) : text;
        return new ReplyNormalizer(bounded, code, status).run();
    }

    private String run() {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (isTokenPart(c)) {
                int end = i + 1;
                while (end < text.length() && isTokenPart(text.charAt(end))) {
                    end++;
                }
                token(i, end);
                i = end;
            } else {
                CharFolding.append(masked, c);
                i++;
            }
        }
        return masked.toString().strip();
    }

    /** What addresses, URLs, hosts and numbers are made of. */
    private static boolean isTokenPart(char c) {
        return c > ' ' && c < 0x7f && "<>()[]{}\"'`,;|".indexOf(c) < 0;
    }

    private void token(int from, int to) {
        int end = to;
        while (end > from && ".:!?".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        word(from, end);
        for (int i = end; i < to; i++) {
            masked.append(text.charAt(i));
        }
    }

    private void word(int from, int to) {
        int start = afterCode(from, to);
        if (start >= to) {
            return;
        }
        String word = text.substring(start, to);
        if (word.contains("://")) {
            host(word.substring(word.indexOf("://") + 3), "<url>");
        } else if (word.indexOf('@') >= 0 && word.length() > 1) {
            address(word);
        } else if (word.equals(status)) {
            return;
        } else if (TokenShape.isIp(word)) {
            masked.append("<ip>");
        } else if (TokenShape.isHost(word, isQuoted(from))) {
            host(word, "<host>");
        } else if (word.indexOf(':') > 0 || word.indexOf('=') > 0) {
            parts(word);
        } else {
            plain(word);
        }
    }

    /** Skips "550-" and "550" where it is the code of this very reply. */
    private int afterCode(int from, int to) {
        if (code.isEmpty() || !text.startsWith(code, from)) {
            return from;
        }
        int after = from + code.length();
        if (after >= to) {
            return to;
        }
        return text.charAt(after) == '-' ? afterCodeAgain(after + 1, to) : from;
    }

    private int afterCodeAgain(int from, int to) {
        return !status.isEmpty() && text.startsWith(status, from) && from + status.length() == to
                ? to
                : from;
    }

    private boolean isQuoted(int from) {
        return from > 0 && "<[('\"".indexOf(text.charAt(from - 1)) >= 0;
    }

    private void host(String name, String otherwise) {
        int end = 0;
        while (end < name.length() && "/:?#".indexOf(name.charAt(end)) < 0) {
            end++;
        }
        masked.append(
                KnownHosts.suffix(name.substring(0, end).toLowerCase(Locale.ROOT))
                        .orElse(otherwise));
    }

    /** "a@example.org:blocked" says something after the address. */
    private void address(String word) {
        masked.append("<addr>");
        int colon = word.indexOf(':', word.indexOf('@'));
        if (colon > 0) {
            parts(word.substring(colon));
        }
    }

    /** "type=MX:" and "reason:blocked" are several words. */
    private void parts(String word) {
        int from = 0;
        for (int i = 0; i <= word.length(); i++) {
            boolean isEnd = i == word.length();
            if (isEnd || word.charAt(i) == ':' || word.charAt(i) == '=') {
                String part = word.substring(from, i);
                if (TokenShape.isIp(part)) {
                    masked.append("<ip>");
                } else if (TokenShape.isHost(part, true)) {
                    host(part, "<host>");
                } else {
                    plain(part);
                }
                if (!isEnd) {
                    masked.append(word.charAt(i));
                }
                from = i + 1;
            }
        }
    }

    private void plain(String word) {
        if (TokenShape.isNumber(word, LONG_NUMBER)) {
            masked.append("<n>");
        } else if (word.length() >= LONG_ID && TokenShape.isId(word)) {
            masked.append("<id>");
        } else {
            for (int i = 0; i < word.length(); i++) {
                CharFolding.append(masked, word.charAt(i));
            }
        }
    }
}
