package facteur.testkit.smtp;

/**
 * What a server may offer in its answer to EHLO, beside STARTTLS and SIZE, which have options of
 * their own.
 */
public enum Extension {
    PIPELINING("PIPELINING"),
    EIGHT_BIT_MIME("8BITMIME"),
    SMTPUTF8("SMTPUTF8"),
    CHUNKING("CHUNKING"),
    ENHANCED_STATUS_CODES("ENHANCEDSTATUSCODES"),
    DSN("DSN");

    private final String keyword;

    Extension(String keyword) {
        this.keyword = keyword;
    }

    public String keyword() {
        return keyword;
    }

    /** The extension of a keyword, in any case. */
    static Extension of(String keyword) {
        for (Extension extension : values()) {
            if (extension.keyword.equalsIgnoreCase(keyword)) {
                return extension;
            }
        }
        throw new IllegalArgumentException(
                "the laboratory knows no SMTP extension \"" + keyword + "\"");
    }
}
