package facteur.message.dkim;

import facteur.mail.address.Domain;
import facteur.message.mime.HeaderBlock;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/** The domain of the first author of a message: the one whose key signs. */
public final class FromDomain {
    private static final int MAX = 255;

    private FromDomain() {}

    /** Empty unless there is exactly one From field, and an address in it. */
    public static Optional<Domain> of(HeaderBlock header) {
        if (header.all("from").size() != 1) {
            return Optional.empty();
        }
        return header.text("from").map(FromDomain::firstAddress).flatMap(FromDomain::domain);
    }

    /** What stands in angle brackets, else the first mailbox; quotes and comments left out. */
    private static String firstAddress(String value) {
        StringBuilder plain = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && (quoted || depth > 0)) {
                i++;
            } else if (c == '"' && depth == 0) {
                quoted = !quoted;
            } else if (!quoted && (c == '(' || c == ')')) {
                depth = Math.max(0, depth + (c == '(' ? 1 : -1));
            } else if (!quoted && depth == 0) {
                if (c == '>' || (c == ',' && plain.indexOf("@") >= 0)) {
                    break;
                }
                if (c == '<') {
                    plain.setLength(0);
                } else {
                    plain.append(c);
                }
            }
        }
        return plain.toString().strip();
    }

    private static Optional<Domain> domain(String address) {
        String name = address.substring(address.lastIndexOf('@') + 1);
        if (name.length() == address.length() || name.isEmpty() || name.length() > MAX) {
            return Optional.empty();
        }
        try {
            String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            return ascii.isEmpty() || ascii.length() > MAX
                    ? Optional.empty()
                    : Optional.of(new Domain(ascii));
        } catch (IllegalArgumentException _) { // no name, so no key of ours
            return Optional.empty();
        }
    }
}
