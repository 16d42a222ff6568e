package facteur.mail.smtp;

/** The first digit of a reply code (RFC 5321 4.2.1). */
public enum Severity {
    POSITIVE,
    INTERMEDIATE,
    TRANSIENT,
    PERMANENT
}
