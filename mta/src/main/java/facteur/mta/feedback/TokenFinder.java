package facteur.mta.feedback;

import facteur.mail.message.RecipientId;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.message.render.RecipientCopy;
import facteur.mta.feedback.mime4j.DecodedField;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds who was written to in a report that hides the address: by the token of the return-path, of
 * the field that carries it, or of the address to unsubscribe at. Only this server can have made
 * one.
 */
final class TokenFinder {
    // No quantifier over another: linear, whatever comes.
    private static final Pattern LOCAL_PART =
            Pattern.compile(
                    "(?:"
                            + RecipientCopy.RETURN_PATH_PREFIX
                            + "|"
                            + RecipientCopy.UNSUBSCRIBE_PREFIX
                            + ")([a-z2-7]{29,31})(?![a-z2-7])");
    private static final Pattern URL =
            Pattern.compile("/u/([A-Za-z0-9_-]{36,71})(?![A-Za-z0-9_-])");
    // Each costs a decryption.
    private static final int MOST_TRIES = 100;

    private TokenFinder() {}

    /** The first that is genuine, in the header of the enclosed mail or else anywhere. */
    static Optional<RecipientId> find(List<DecodedField> enclosed, byte[] mail, TokenSeal seal) {
        StringBuilder fields = new StringBuilder();
        enclosed.forEach(field -> fields.append(field.value()).append('\n'));
        return in(fields.toString(), seal)
                .or(() -> in(new String(mail, StandardCharsets.ISO_8859_1), seal));
    }

    private static Optional<RecipientId> in(String text, TokenSeal seal) {
        // A soft line break of quoted-printable may cut a token in two.
        String whole = text.replace("=\r\n", "").replace("=\n", "");
        return first(LOCAL_PART.matcher(whole.toLowerCase(Locale.ROOT)), seal::unsealLocalPart)
                .or(
                        () ->
                                first(
                                        URL.matcher(whole),
                                        found ->
                                                seal.unseal(found)
                                                        .filter(Token.Personal.class::isInstance)
                                                        .map(Token.Personal.class::cast)));
    }

    private static Optional<RecipientId> first(
            Matcher matcher, java.util.function.Function<String, Optional<Token.Personal>> unseal) {
        for (int i = 0; i < MOST_TRIES && matcher.find(); i++) {
            Optional<Token.Personal> token = unseal.apply(matcher.group(1));
            if (token.isPresent()) {
                return token.map(Token.Personal::recipient);
            }
        }
        return Optional.empty();
    }
}
