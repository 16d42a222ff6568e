package facteur.mta.feedback.mime4j;

/**
 * A part of a mail that holds text.
 *
 * @param type media type in lower case, such as {@code message/delivery-status}
 * @param text decoded, at most {@value MailParts#MAX_PART} octets of it
 */
public record TextPart(String type, String text) {
    public boolean isEnclosedMail() {
        return type.equals("message/rfc822")
                || type.equals("text/rfc822-headers")
                || type.equals("message/rfc822-headers")
                || type.equals("message/global")
                || type.equals("message/global-headers")
                || type.equals("message/partial");
    }
}
