package facteur.mta.feedback.mime4j;

/**
 * A header field.
 *
 * @param name in lower case
 * @param value unfolded, encoded words decoded
 */
public record DecodedField(String name, String value) {}
