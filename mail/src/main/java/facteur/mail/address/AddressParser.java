package facteur.mail.address;

import facteur.mail.text.Ascii;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads a mailbox strictly: dot-atom or quoted local part, domain or address literal, each within
 * the limits of RFC 5321 4.5.3.1. Comments, source routes and unqualified names are refused, since
 * each of them has been used to disguise a relay.
 */
public final class AddressParser {
    static final int MAX_LOCAL_PART = 64;

    /** Turns a domain with non-ASCII labels into A-labels; empty when it has no such form. */
    public interface DomainToAscii extends Function<String, Optional<String>> {}

    /** What a text turned out to be. */
    public sealed interface Parsed {
        record Mailbox(Address address) implements Parsed {}

        /**
         * @param why a sentence for the person who wrote the text, without the text itself
         */
        record Problem(String why) implements Parsed {}
    }

    private final DomainToAscii toAscii;

    public AddressParser(DomainToAscii toAscii) {
        this.toAscii = toAscii;
    }

    /** A parser that knows only ASCII domains; for tools and tests. */
    public static AddressParser ascii() {
        return new AddressParser(_ -> Optional.empty());
    }

    /** Reads {@code local@domain}, without angle brackets. */
    public Parsed parse(String text) {
        int at = endOfLocalPart(text);
        if (at < 0 || at >= text.length() || text.charAt(at) != '@') {
            return new Parsed.Problem("no @ after a local part");
        }
        String localPart = text.substring(0, at);
        if (localPart.isEmpty()
                || localPart.getBytes(java.nio.charset.StandardCharsets.UTF_8).length
                        > MAX_LOCAL_PART) {
            return new Parsed.Problem("a local part has 1 to 64 octets");
        }
        return switch (domain(text.substring(at + 1))) {
            case DomainParsed.Good(Domain domain) ->
                    new Parsed.Mailbox(new Address(localPart, domain));
            case DomainParsed.Bad(String why) -> new Parsed.Problem(why);
        };
    }

    /** Reads a mailbox and drops the reason when it is none. */
    public Optional<Address> address(String text) {
        return parse(text) instanceof Parsed.Mailbox(Address address)
                ? Optional.of(address)
                : Optional.empty();
    }

    /** Reads a domain name or an address literal. */
    public Optional<Domain> domainName(String text) {
        return domain(text) instanceof DomainParsed.Good(Domain domain)
                ? Optional.of(domain)
                : Optional.empty();
    }

    private sealed interface DomainParsed {
        record Good(Domain domain) implements DomainParsed {}

        record Bad(String why) implements DomainParsed {}
    }

    private DomainParsed domain(String text) {
        if (text.startsWith("[")) {
            return literal(text);
        }
        Optional<String> ascii = Ascii.is(text) ? Optional.of(text) : toAscii.apply(text);
        if (ascii.isEmpty()) {
            return new DomainParsed.Bad("the domain is not a valid internationalised name");
        }
        String name = ascii.get().toLowerCase(Locale.ROOT);
        return isHostName(name)
                ? new DomainParsed.Good(new Domain(name))
                : new DomainParsed.Bad("the domain is not a valid name");
    }

    private static DomainParsed literal(String text) {
        if (!text.endsWith("]") || text.length() > 64) {
            return new DomainParsed.Bad("an address literal ends with ]");
        }
        String inner = text.substring(1, text.length() - 1).toLowerCase(Locale.ROOT);
        return AddressLiteral.canonical(inner)
                .<DomainParsed>map(
                        canonical -> new DomainParsed.Good(new Domain("[" + canonical + "]")))
                .orElseGet(() -> new DomainParsed.Bad("not an IPv4 or IPv6 literal"));
    }

    /** The index of the @ that ends the local part, or -1 when the local part is malformed. */
    private static int endOfLocalPart(String text) {
        if (text.startsWith("\"")) {
            return endOfQuoted(text);
        }
        int at = text.indexOf('@');
        return at > 0 && LocalPart.isDotAtom(text.substring(0, at)) ? at : -1;
    }

    private static int endOfQuoted(String text) {
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\') {
                i++;
                if (i >= text.length() || text.charAt(i) < ' ' || text.charAt(i) > '~') {
                    return -1;
                }
            } else if (c < ' ' || c == 0x7f) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isHostName(String name) {
        if (name.isEmpty() || name.length() > Domain.MAX_LENGTH) {
            return false;
        }
        for (String label : name.split("\\.", -1)) {
            if (!isLabel(label)) {
                return false;
            }
        }
        return name.indexOf('.') > 0;
    }

    // Letters, digits and hyphens, plus the underscore that real MX owners use.
    private static boolean isLabel(String label) {
        if (label.isEmpty()
                || label.length() > 63
                || label.startsWith("-")
                || label.endsWith("-")) {
            return false;
        }
        return label.chars()
                .allMatch(
                        c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= '0' && c <= '9')
                                        || c == '-'
                                        || c == '_');
    }
}
