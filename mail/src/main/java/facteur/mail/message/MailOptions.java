package facteur.mail.message;

/**
 * Parameters of MAIL that bind us on the way out.
 *
 * @param eightBit BODY=8BITMIME (RFC 6152)
 * @param utf8 SMTPUTF8 (RFC 6531)
 * @param requireTls REQUIRETLS (RFC 8689)
 * @param returnHeadersOnly RET=HDRS (RFC 3461 4.3)
 */
public record MailOptions(
        boolean eightBit, boolean utf8, boolean requireTls, boolean returnHeadersOnly) {
    public static final MailOptions NONE = new MailOptions(false, false, false, false);
}
