package facteur.mta.smtpd;

import facteur.mail.address.AddressParser;
import facteur.mail.address.AddressParser.Parsed;
import facteur.mail.address.ReversePath;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.message.Recipient.Notify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the arguments of MAIL and RCPT: a path in angle brackets, then parameters, each of which is
 * known or refused.
 */
public final class PathReader {
    private final AddressParser addresses;

    public PathReader(AddressParser addresses) {
        this.addresses = addresses;
    }

    /** What an argument turned out to be. */
    public sealed interface Read {
        record Mail(ReversePath from, MailOptions options, Optional<String> envelopeId)
                implements Read {}

        record Rcpt(Recipient recipient) implements Read {}

        /**
         * @param reply complete, with its code
         */
        record Refused(String reply) implements Read {}
    }

    private record Argument(String path, Map<String, String> parameters) {}

    /** An argument that is refused while it is read. */
    private static final class Bad extends Exception {
        private static final long serialVersionUID = 1;

        Bad(String reply) {
            super(reply, null, false, false);
        }

        String reply() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * @param argument what follows MAIL
     * @param maxSize octets of a message at most, from this client
     */
    public Read mail(String argument, long maxSize) {
        try {
            Argument read = split(argument, "FROM:");
            boolean utf8 = false;
            boolean eightBit = false;
            boolean headersOnly = false;
            Optional<String> envelopeId = Optional.empty();
            for (Map.Entry<String, String> parameter : read.parameters().entrySet()) {
                String value = parameter.getValue();
                switch (parameter.getKey()) {
                    case "SIZE" -> size(value, maxSize);
                    case "BODY" -> eightBit = body(value);
                    case "SMTPUTF8" -> utf8 = bare("SMTPUTF8", value);
                    case "RET" -> headersOnly = ret(value);
                    case "ENVID" -> envelopeId = Optional.of(xtext("ENVID", value, 100));
                    case "AUTH" -> xtext("AUTH", value, 500);
                    default ->
                            throw new Bad(
                                    "555 5.5.4 MAIL parameter "
                                            + shown(parameter.getKey())
                                            + " is not known");
                }
            }
            ReversePath from =
                    read.path().isEmpty()
                            ? new ReversePath.Null()
                            : new ReversePath.Of(mailbox(read.path(), utf8, "553 5.1.7"));
            return new Read.Mail(
                    from, new MailOptions(eightBit, utf8, false, headersOnly), envelopeId);
        } catch (Bad e) {
            return new Read.Refused(e.reply());
        }
    }

    /**
     * @param argument what follows RCPT
     * @param utf8 whether MAIL said SMTPUTF8
     */
    public Read rcpt(String argument, boolean utf8) {
        try {
            Argument read = split(argument, "TO:");
            Set<Notify> notify = Set.of();
            Optional<String> original = Optional.empty();
            for (Map.Entry<String, String> parameter : read.parameters().entrySet()) {
                switch (parameter.getKey()) {
                    case "NOTIFY" -> notify = notifications(parameter.getValue());
                    case "ORCPT" -> original = Optional.of(originalRecipient(parameter.getValue()));
                    default ->
                            throw new Bad(
                                    "555 5.5.4 RCPT parameter "
                                            + shown(parameter.getKey())
                                            + " is not known");
                }
            }
            if (read.path().isEmpty()) {
                throw new Bad("553 5.1.3 empty recipient address");
            }
            return new Read.Rcpt(
                    new Recipient(mailbox(read.path(), utf8, "553 5.1.3"), notify, original));
        } catch (Bad e) {
            return new Read.Refused(e.reply());
        }
    }

    private facteur.mail.address.Address mailbox(String path, boolean utf8, String code)
            throws Bad {
        if (!utf8 && path.chars().anyMatch(c -> c >= 0x80)) {
            throw new Bad("553 5.6.7 the address is not ASCII, and MAIL did not say SMTPUTF8");
        }
        return switch (addresses.parse(path)) {
            case Parsed.Mailbox(var address) -> address;
            case Parsed.Problem(String why) ->
                    throw new Bad(code + " the address is not valid: " + why);
        };
    }

    private static Argument split(String argument, String keyword) throws Bad {
        String text = argument.strip();
        if (!text.regionMatches(true, 0, keyword, 0, keyword.length())) {
            throw new Bad("501 5.5.4 " + keyword + "<address> expected");
        }
        String rest = text.substring(keyword.length()).stripLeading();
        int end = endOfPath(rest);
        if (end < 0) {
            throw new Bad("501 5.5.4 " + keyword + "<address> expected, in angle brackets");
        }
        return new Argument(rest.substring(1, end), parameters(rest.substring(end + 1)));
    }

    /** The index of the bracket that ends the path, quoted local parts minded; -1 without one. */
    private static int endOfPath(String text) {
        if (!text.startsWith("<")) {
            return -1;
        }
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static Map<String, String> parameters(String text) throws Bad {
        Map<String, String> parameters = new HashMap<>();
        for (String word : words(text)) {
            int equals = word.indexOf('=');
            String key = (equals < 0 ? word : word.substring(0, equals)).toUpperCase(Locale.ROOT);
            if (parameters.put(key, equals < 0 ? "" : word.substring(equals + 1)) != null) {
                throw new Bad("501 5.5.4 parameter " + shown(key) + " is given twice");
            }
        }
        return parameters;
    }

    private static List<String> words(String text) throws Bad {
        if (!text.isEmpty() && text.charAt(0) != ' ') {
            throw new Bad("501 5.5.4 a space belongs behind the path");
        }
        List<String> words = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    private static void size(String value, long maxSize) throws Bad {
        if (!value.matches("[0-9]{1,18}")) {
            throw new Bad("501 5.5.4 SIZE takes a number of octets");
        }
        if (Long.parseLong(value) > maxSize) {
            throw new Bad("552 5.3.4 the message has more than the " + maxSize + " octets allowed");
        }
    }

    private static boolean body(String value) throws Bad {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "7BIT" -> false;
            case "8BITMIME" -> true;
            default -> throw new Bad("501 5.5.4 BODY takes 7BIT or 8BITMIME");
        };
    }

    private static boolean bare(String keyword, String value) throws Bad {
        if (!value.isEmpty()) {
            throw new Bad("501 5.5.4 " + keyword + " takes no value");
        }
        return true;
    }

    private static boolean ret(String value) throws Bad {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "HDRS" -> true;
            case "FULL" -> false;
            default -> throw new Bad("501 5.5.4 RET takes FULL or HDRS");
        };
    }

    private static Set<Notify> notifications(String value) throws Bad {
        Set<Notify> conditions = EnumSet.noneOf(Notify.class);
        for (String word : value.split(",", -1)) {
            switch (word.toUpperCase(Locale.ROOT)) {
                case "NEVER" -> conditions.add(Notify.NEVER);
                case "SUCCESS" -> conditions.add(Notify.SUCCESS);
                case "FAILURE" -> conditions.add(Notify.FAILURE);
                case "DELAY" -> conditions.add(Notify.DELAY);
                default ->
                        throw new Bad(
                                "501 5.5.4 NOTIFY takes NEVER, or some of SUCCESS,FAILURE,DELAY");
            }
        }
        if (conditions.contains(Notify.NEVER) && conditions.size() > 1) {
            throw new Bad("501 5.5.4 NOTIFY=NEVER stands alone");
        }
        return conditions;
    }

    private static String originalRecipient(String value) throws Bad {
        int type = value.indexOf(';');
        if (type <= 0) {
            throw new Bad("501 5.5.4 ORCPT takes type;address");
        }
        return value.substring(0, type + 1) + xtext("ORCPT", value.substring(type + 1), 500);
    }

    /**
     * RFC 3461 4: printable ASCII, the rest as +XX.
     *
     * @param most characters, which the next host need not take more of either (RFC 3461 3, RFC
     *     4954 5)
     */
    private static String xtext(String keyword, String value, int most) throws Bad {
        if (value.isEmpty() || value.length() > most) {
            throw new Bad("501 5.5.4 " + keyword + " takes 1 to " + most + " characters of xtext");
        }
        byte[] decoded = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean escaped = c == '+';
            int octet = escaped ? hex(value, i + 1) : c;
            if (octet < 0x20 || octet > 0x7e || (!escaped && (c == ' ' || c == '='))) {
                throw new Bad("501 5.5.4 " + keyword + " is not xtext (RFC 3461 4)");
            }
            i += escaped ? 2 : 0;
            decoded[length++] = (byte) octet;
        }
        return new String(decoded, 0, length, StandardCharsets.US_ASCII);
    }

    private static int hex(String text, int at) {
        if (at + 2 > text.length() || !text.substring(at, at + 2).matches("[0-9A-F]{2}")) {
            return -1;
        }
        return Integer.parseInt(text.substring(at, at + 2), 16);
    }

    private static String shown(String word) {
        String clean = word.replaceAll("[^A-Z0-9-]", "?");
        return clean.length() <= 20 ? clean : clean.substring(0, 20);
    }
}
