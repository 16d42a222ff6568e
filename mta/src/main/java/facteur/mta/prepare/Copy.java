package facteur.mta.prepare;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;

import java.time.Instant;
import java.util.Optional;

/**
 * What makes one recipient's copy his own.
 *
 * @param tracking what may be recorded of this recipient: the message's, or stricter
 * @param baseUrl of the tracker, http or https, without a slash at its end
 * @param campaign empty for transactional mail
 * @param returnPathDomain where bounces come back to
 * @param signer with the keys of all domains that are ours
 * @param at date of the signatures
 */
public record Copy(
        RecipientId recipient,
        Address address,
        Tracking tracking,
        String baseUrl,
        TokenSeal seal,
        Optional<String> campaign,
        Domain returnPathDomain,
        DkimSigner signer,
        Instant at) {
    /** Return-paths of ours begin with it: {@code b-<token>@<return path domain>}. */
    public static final String RETURN_PATH_PREFIX = "b-";

    public Copy {
        if (!baseUrl.matches("https?://[^/\\s\"'<>&=]+(/[^\\s\"'<>&=]*)?")
                || baseUrl.endsWith("/")) {
            throw new IllegalArgumentException(
                    "tracker base URL "
                            + baseUrl
                            + " is not http(s)://host[/path] without a"
                            + " slash at its end");
        }
    }

    /** The reverse-path under which the copy is sent; bounces to it name the recipient. */
    public static Address returnPath(RecipientId recipient, TokenSeal seal, Domain domain) {
        return new Address(RETURN_PATH_PREFIX + seal.seal(new Token.ReturnPath(recipient)), domain);
    }
}
