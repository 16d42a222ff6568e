package facteur.message.render;

import facteur.mail.token.Token;
import facteur.message.mime.HeaderBlock;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The fields by which a mail program unsubscribes its reader at one click (RFC 2369, RFC 8058).
 * What an application says itself is left alone, but for a promise of one click where there is no
 * address to keep it.
 */
final class ListUnsubscribe {
    private static final int MAX_URLS = 16;
    private static final String HTTPS = "https://";

    private ListUnsubscribe() {}

    /** URLs that the message's own field names; they must never be rewritten in the body either. */
    static Set<String> urls(HeaderBlock header) {
        Set<String> urls = new HashSet<>();
        for (HeaderBlock.Field field : header.all("list-unsubscribe")) {
            String value = header.text(field);
            int open = value.indexOf('<');
            while (open >= 0 && urls.size() < MAX_URLS) {
                int close = value.indexOf('>', open);
                if (close < 0) {
                    break;
                }
                urls.add(value.substring(open + 1, close).strip());
                open = value.indexOf('<', close);
            }
        }
        return urls;
    }

    /**
     * Whether the message's own second field must go: ours take its place, or it stands without an
     * https address of the first (RFC 8058 3.1), where it says nothing.
     *
     * @param added as {@link #fields} made them
     */
    static boolean dropsPost(HeaderBlock header, Optional<String> added) {
        return added.isPresent()
                || urls(header).stream()
                        .noneMatch(url -> url.regionMatches(true, 0, HTTPS, 0, HTTPS.length()));
    }

    /**
     * The two fields, for mail of a campaign without the first: transactional mail is not
     * subscribed to, and the second says nothing alone. Both must be signed, and the address must
     * be https (RFC 8058 3.1, 4), so the second is left out behind a plain http tracker, as
     * laboratories have.
     */
    static Optional<String> fields(HeaderBlock header, RecipientCopy recipientCopy) {
        if (header.has("list-unsubscribe") || recipientCopy.campaign().isEmpty()) {
            return Optional.empty();
        }
        String token = recipientCopy.seal().seal(new Token.Unsubscribe(recipientCopy.recipient()));
        // RFC 2369 2: the first that a program understands is used; one click before a mail.
        String mailto =
                recipientCopy
                        .unsubscribeMailbox()
                        .map(at -> ",\r\n <mailto:" + at + "?subject=unsubscribe>")
                        .orElse("");
        String field =
                "List-Unsubscribe:\r\n <"
                        + recipientCopy.baseUrl()
                        + "/u/"
                        + token
                        + ">"
                        + mailto
                        + "\r\n";
        boolean oneClick = recipientCopy.baseUrl().startsWith(HTTPS);
        return Optional.of(
                oneClick ? field + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" : field);
    }
}
