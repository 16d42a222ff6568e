package facteur.message.mime;

import facteur.mail.address.AddressParser;
import facteur.mail.address.Domain;
import facteur.mail.text.PlainText;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whom a field of addresses, such as From, names (RFC 5322 3.4): every domain in it, those of
 * groups included, and those that stand in what people read beside the addresses (display names
 * with their encoded words, quoted strings, comments). Read strictly: what programs could read in
 * two ways is not read at all.
 */
public final class Authors {
    private static final int MOST = 100;

    /** What a field turned out to be. */
    public sealed interface Read {
        /**
         * @param addresses as they stand, with their domains
         * @param shown domains of addresses in display names and comments
         */
        record Named(List<Author> addresses, List<Domain> shown) implements Read {
            public Named {
                addresses = List.copyOf(addresses);
                shown = List.copyOf(shown);
            }
        }

        record Unreadable(String why) implements Read {}
    }

    /**
     * @param address as it stands in the field
     */
    public record Author(String address, Domain domain) {}

    private enum Kind {
        ATOM,
        QUOTED,
        LITERAL,
        SPECIAL
    }

    private record Token(Kind kind, String text) {
        boolean is(char special) {
            return kind == Kind.SPECIAL && text.charAt(0) == special;
        }

        boolean isWord() {
            return kind == Kind.ATOM || kind == Kind.QUOTED;
        }
    }

    /** The field cannot be read; stays within this class. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String why) {
            super(why);
        }
    }

    private final AddressParser parser;
    private final List<Token> tokens = new ArrayList<>();
    private final List<Author> authors = new ArrayList<>();
    private final List<String> prose = new ArrayList<>();
    private int next;

    private Authors(AddressParser parser) {
        this.parser = parser;
    }

    /** Reads the value of {@code field}. */
    public static Read read(HeaderBlock header, HeaderBlock.Field field, AddressParser parser) {
        Authors authors = new Authors(parser);
        try {
            authors.cut(header.text(field));
            authors.list();
        } catch (Unreadable e) {
            return new Read.Unreadable(String.valueOf(e.getMessage()));
        }
        return new Read.Named(authors.authors, authors.shown());
    }

    private void cut(String text) throws Unreadable {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c < ' ' || c == 0x7f) {
                throw new Unreadable("a control character");
            }
            switch (c) {
                case ' ' -> at++;
                case '(' -> at = comment(text, at);
                case '"' -> at = quoted(text, at);
                case '[' -> {
                    int end = text.indexOf(']', at);
                    if (end < 0) {
                        throw new Unreadable("a [ without its ]");
                    }
                    tokens.add(new Token(Kind.LITERAL, text.substring(at, end + 1)));
                    at = end + 1;
                }
                case '<', '>', '@', ',', ';', ':' -> {
                    tokens.add(new Token(Kind.SPECIAL, String.valueOf(c)));
                    at++;
                }
                case ')', ']', '\\' -> throw new Unreadable("a stray " + c);
                default -> {
                    int end = at;
                    while (end < text.length() && " ()\"[]<>@,;:\\".indexOf(text.charAt(end)) < 0) {
                        end++;
                    }
                    tokens.add(new Token(Kind.ATOM, text.substring(at, end)));
                    at = end;
                }
            }
        }
    }

    private int comment(String text, int from) throws Unreadable {
        int depth = 0;
        for (int at = from; at < text.length(); at++) {
            switch (text.charAt(at)) {
                case '\\' -> at++;
                case '(' -> depth++;
                case ')' -> {
                    if (--depth == 0) {
                        prose.add(text.substring(from + 1, at));
                        return at + 1;
                    }
                }
                default -> {}
            }
        }
        throw new Unreadable("a ( without its )");
    }

    private int quoted(String text, int from) throws Unreadable {
        StringBuilder inner = new StringBuilder();
        for (int at = from + 1; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                tokens.add(new Token(Kind.QUOTED, inner.toString()));
                return at + 1;
            }
            if (c == '\\') {
                at++;
            }
            if (at < text.length()) {
                inner.append(text.charAt(at));
            }
        }
        throw new Unreadable("a quote without its end");
    }

    private Optional<Token> peek() {
        return next < tokens.size() ? Optional.of(tokens.get(next)) : Optional.empty();
    }

    private boolean takes(char special) {
        boolean there = peek().filter(token -> token.is(special)).isPresent();
        next += there ? 1 : 0;
        return there;
    }

    private void list() throws Unreadable {
        boolean inGroup = false;
        boolean expectsOne = true;
        while (peek().isPresent()) {
            if (takes(',')) {
                expectsOne = true;
            } else if (inGroup && takes(';')) {
                inGroup = false;
                expectsOne = false;
            } else if (!expectsOne) {
                throw new Unreadable("two addresses without a comma between them");
            } else {
                boolean opened = addressOrGroup(inGroup);
                inGroup |= opened;
                expectsOne = opened;
            }
        }
        if (inGroup) {
            throw new Unreadable("a group without its ;");
        }
        if (authors.isEmpty()) {
            throw new Unreadable("no address");
        }
    }

    /** Reads one address, or the name of a group with its colon; true for that. */
    private boolean addressOrGroup(boolean inGroup) throws Unreadable {
        int from = next;
        while (peek().filter(Token::isWord).isPresent()) {
            next++;
        }
        List<Token> words = List.copyOf(tokens.subList(from, next));
        if (takes('<')) {
            names(words);
            if (!peek().filter(Token::isWord).isPresent()) {
                throw new Unreadable("no local part behind <");
            }
            Token local = tokens.get(next++);
            address(local);
            if (!takes('>')) {
                throw new Unreadable("a < without its >");
            }
            return false;
        }
        if (!inGroup && !words.isEmpty() && takes(':')) {
            names(words);
            return true;
        }
        if (words.size() != 1) {
            throw new Unreadable("no address where one is expected");
        }
        address(words.getFirst());
        return false;
    }

    private void names(List<Token> words) {
        prose.add(String.join(" ", words.stream().map(Token::text).toList()));
    }

    private void address(Token local) throws Unreadable {
        if (!takes('@') || peek().isEmpty()) {
            throw new Unreadable("an address without @ and domain");
        }
        Token name = tokens.get(next++);
        Optional<Domain> domain =
                name.kind() == Kind.ATOM || name.kind() == Kind.LITERAL
                        ? parser.domainName(name.text())
                        : Optional.empty();
        String whole = local.text() + "@" + name.text();
        if (domain.isEmpty()) {
            throw new Unreadable("no valid domain in " + PlainText.text(whole, 100));
        }
        if (authors.size() == MOST) {
            throw new Unreadable("more than " + MOST + " addresses");
        }
        authors.add(new Author(whole, domain.get()));
    }

    /** Domains of what reads as an address to people. */
    private List<Domain> shown() {
        List<Domain> found = new ArrayList<>();
        for (String text : prose) {
            // A full-width @ is an @ to who reads it.
            String read = Normalizer.normalize(EncodedWords.decode(text), Normalizer.Form.NFKC);
            for (String word : read.split("[\\s<>()\\[\\]\",;:'|]+", -1)) {
                int at = word.lastIndexOf('@');
                if (at >= 0) {
                    parser.domainName(bare(word.substring(at + 1))).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static String bare(String word) {
        int end = word.length();
        while (end > 0 && ".!?".indexOf(word.charAt(end - 1)) >= 0) {
            end--;
        }
        return word.substring(0, end);
    }
}
