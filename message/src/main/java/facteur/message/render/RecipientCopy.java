package facteur.message.render;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.message.RecipientId;
import facteur.mail.message.Tracking;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.message.dkim.DkimSigner;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What makes one recipient's copy its own.
 *
 * @param tracking what may be recorded of this recipient: the message's, or stricter
 * @param baseUrl of the tracker, http or https, without a slash at its end
 * @param campaign empty for transactional mail
 * @param returnPath domain to which bounces, complaints and unsubscriptions come back by mail;
 *     empty where no listener takes them
 * @param hostname ours; stands in where a sender has no domain
 * @param signer with the keys of all domains that are ours
 * @param at date of the signatures
 */
public record RecipientCopy(
        RecipientId recipient,
        Address address,
        Tracking tracking,
        String baseUrl,
        TokenSeal seal,
        Optional<String> campaign,
        Optional<Domain> returnPath,
        Domain hostname,
        DkimSigner signer,
        Instant at) {
    /** Return-paths of ours begin with it: {@code b-<token>@<return path domain>}. */
    public static final String RETURN_PATH_PREFIX = "b-";

    /** Addresses to unsubscribe at begin with it: {@code u-<token>@<return path domain>}. */
    public static final String UNSUBSCRIBE_PREFIX = "u-";

    private static final Pattern BASE_URL =
            Pattern.compile("https?://[^/\\s\"'<>&=]+(/[^\\s\"'<>&=]*)?");

    public RecipientCopy {
        if (!BASE_URL.matcher(baseUrl).matches() || baseUrl.endsWith("/")) {
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

    /** Where the reader of the copy unsubscribes by mail, if anybody listens there. */
    Optional<Address> unsubscribeMailbox() {
        String token = seal.sealLocalPart(new Token.Unsubscribe(recipient));
        return returnPath.map(domain -> new Address(UNSUBSCRIBE_PREFIX + token, domain));
    }
}
