package facteur.mail.address;

/**
 * A domain in the form that DNS and comparison use: lower-case A-labels without a trailing dot, or
 * an address literal in its brackets (RFC 5321 4.1.3).
 *
 * @param name at most 255 octets of lower-case ASCII
 */
public record Domain(String name) implements Comparable<Domain> {
    /** RFC 5321 4.5.3.1.2. */
    static final int MAX_LENGTH = 255;

    public Domain {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "domain of " + name.length() + " characters, allowed 1 to 255");
        }
    }

    public boolean isLiteral() {
        return name.charAt(0) == '[';
    }

    /**
     * Whether this is {@code parent} or lies below it: {@code mail.example.org} is within {@code
     * example.org}.
     */
    public boolean isWithin(Domain parent) {
        return equals(parent) || name.endsWith("." + parent.name);
    }

    @Override
    public int compareTo(Domain other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
