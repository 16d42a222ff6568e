package facteur.mta.prepare;

import facteur.mail.text.Ascii;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Structured fields with more than ASCII where encoded words may stand in them: in the names before
 * addresses, the names of groups, and comments (RFC 2047 5). An address itself has no such form.
 */
final class MailboxField {
    private enum Kind {
        TEXT,
        QUOTED,
        COMMENT,
        ANGLE,
        /** A comma, semicolon or colon between mailboxes. */
        BREAK
    }

    private record Token(Kind kind, String text) {
        boolean isPhrase() {
            return kind == Kind.TEXT || kind == Kind.QUOTED;
        }
    }

    private MailboxField() {}

    /** The value of a field with addresses in ASCII; empty when it has no such form. */
    static Optional<String> ascii(String value) {
        String body = value.stripTrailing();
        Optional<List<Token>> tokens = tokens(body);
        if (tokens.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        List<Token> run = new ArrayList<>();
        for (Token token : tokens.get()) {
            if (token.kind() != Kind.BREAK) {
                run.add(token);
                continue;
            }
            if (!write(run, token.text().equals(":"), out)) {
                return Optional.empty();
            }
            out.append(token.text());
            run.clear();
        }
        return write(run, false, out)
                ? Optional.of(out + value.substring(body.length()))
                : Optional.empty();
    }

    /** A field in which nothing but comments may be written otherwise. */
    static Optional<String> comments(String value) {
        Optional<List<Token>> tokens = tokens(value);
        if (tokens.isEmpty()
                || tokens.get().stream()
                        .anyMatch(it -> it.kind() != Kind.COMMENT && !Ascii.is(it.text()))) {
            return Optional.empty();
        }
        StringBuilder out = new StringBuilder();
        tokens.get().forEach(it -> out.append(inAscii(it)));
        return Optional.of(out.toString());
    }

    /** Phrases between commas, as in Keywords. */
    static String phrases(String value) {
        List<String> phrases = new ArrayList<>();
        for (String phrase : value.split(",", -1)) {
            phrases.add(
                    Ascii.is(phrase)
                            ? phrase
                            : (phrases.isEmpty() ? " " : "\r\n ")
                                    + EncodedWords.encode(FieldText.unfolded(phrase).strip()));
        }
        boolean ends = value.endsWith("\r\n") && !phrases.getLast().endsWith("\r\n");
        return String.join(",", phrases) + (ends ? "\r\n" : "");
    }

    /** One mailbox or the name of a group; false when it cannot be written in ASCII. */
    private static boolean write(List<Token> run, boolean group, StringBuilder out) {
        if (run.stream().allMatch(it -> Ascii.is(it.text()))) {
            run.forEach(it -> out.append(it.text()));
            return true;
        }
        out.append(out.isEmpty() ? " " : "\r\n ");
        boolean named = group || run.stream().anyMatch(it -> it.kind() == Kind.ANGLE);
        boolean phrased =
                named && run.stream().anyMatch(it -> it.isPhrase() && !Ascii.is(it.text()));
        StringBuilder phrase = new StringBuilder();
        boolean met = false;
        for (Token token : run) {
            if (token.kind() == Kind.ANGLE) {
                if (met || !Ascii.is(token.text())) {
                    return false;
                }
                met = true;
                name(phrase, out);
                out.append(token.text());
            } else if (token.isPhrase() && phrased && !met) {
                if (token.kind() == Kind.TEXT && hasSpecials(token.text())) {
                    return false;
                }
                phrase.append(token.kind() == Kind.QUOTED ? unquoted(token.text()) : token.text());
            } else if (token.isPhrase() && !Ascii.is(token.text())) {
                return false; // an address
            } else {
                out.append(token.kind() == Kind.TEXT ? blanksOf(token, out) : inAscii(token));
            }
        }
        name(phrase, out);
        return true;
    }

    /** A run begins on a line of its own: blanks that were there stay only between tokens. */
    private static String blanksOf(Token token, StringBuilder out) {
        boolean begins = out.charAt(out.length() - 1) == ' ';
        return begins ? token.text().stripLeading() : token.text();
    }

    private static void name(StringBuilder phrase, StringBuilder out) {
        String text = FieldText.unfolded(phrase.toString()).strip();
        phrase.setLength(0);
        if (!text.isEmpty()) {
            out.append(EncodedWords.encode(EncodedWords.decode(text))).append("\r\n ");
        }
    }

    private static boolean hasSpecials(String text) {
        return text.chars().anyMatch(c -> "()<>@,;:\\[]".indexOf(c) >= 0);
    }

    private static String unquoted(String quoted) {
        return unescaped(quoted.substring(1, quoted.length() - 1));
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            out.append(c == '\\' && at + 1 < text.length() ? text.charAt(++at) : c);
        }
        return out.toString();
    }

    private static String inAscii(Token token) {
        if (token.kind() != Kind.COMMENT || Ascii.is(token.text())) {
            return token.text();
        }
        String inner = token.text().substring(1, token.text().length() - 1);
        String text = EncodedWords.decode(unescaped(FieldText.unfolded(inner)).strip());
        return "\r\n (" + EncodedWords.encode(text) + ")";
    }

    /** Empty when a quote, a comment or an angle is never closed. */
    private static Optional<List<Token>> tokens(String body) {
        List<Token> tokens = new ArrayList<>();
        int from = 0;
        int at = 0;
        while (at < body.length()) {
            char c = body.charAt(at);
            int end =
                    switch (c) {
                        case '"' -> closing(body, at, '"', '"');
                        case '(' -> closing(body, at, '(', ')');
                        case '<' -> closing(body, at, '<', '>');
                        case ',', ';', ':' -> at + 1;
                        default -> at;
                    };
            if (end < 0) {
                return Optional.empty();
            }
            if (end == at) {
                at++;
                continue;
            }
            if (at > from) {
                tokens.add(new Token(Kind.TEXT, body.substring(from, at)));
            }
            tokens.add(new Token(kind(c), body.substring(at, end)));
            at = end;
            from = end;
        }
        if (from < body.length()) {
            tokens.add(new Token(Kind.TEXT, body.substring(from)));
        }
        return Optional.of(tokens);
    }

    private static Kind kind(char first) {
        return switch (first) {
            case '"' -> Kind.QUOTED;
            case '(' -> Kind.COMMENT;
            case '<' -> Kind.ANGLE;
            default -> Kind.BREAK;
        };
    }

    /** Where what opens at {@code from} ends; only comments stand within one another. */
    private static int closing(String body, int from, char opens, char closes) {
        int depth = 0;
        for (int at = from; at < body.length(); at++) {
            char c = body.charAt(at);
            if (c == '\\') {
                at++;
            } else if (at > from && c == closes) {
                depth--;
            } else if (at == from || (opens == '(' && c == opens)) {
                depth++;
            }
            if (depth == 0) {
                return at + 1;
            }
        }
        return -1;
    }
}
