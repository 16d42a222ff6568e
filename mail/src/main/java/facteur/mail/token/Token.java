package facteur.mail.token;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;

/**
 * What a sealed text says. The anonymous kinds name a message and no recipient: they count for the
 * campaign in aggregate mode and can, by what they are, not be led back to a person.
 */
public sealed interface Token {
    int MAX_LINK = 0xffff;

    /** The message which the token was made for. */
    MailId message();

    /** A token that names a person. */
    sealed interface Personal extends Token {
        RecipientId recipient();

        @Override
        default MailId message() {
            return recipient().message();
        }
    }

    /** The pixel of one recipient's copy. */
    record Open(RecipientId recipient) implements Personal {}

    /**
     * A link in one recipient's copy.
     *
     * @param link index among the different targets of the message, 0 to {@value #MAX_LINK}
     * @param target the URL exactly as the message had it, entities decoded (see {@link
     *     LinkTarget})
     */
    record Click(RecipientId recipient, int link, String target) implements Personal {
        public Click {
            checkLink(link, target);
        }
    }

    /** The unsubscribe address of one recipient's copy (RFC 8058). */
    record Unsubscribe(RecipientId recipient) implements Personal {}

    /** The reverse-path under which one recipient's copy is sent. */
    record ReturnPath(RecipientId recipient) implements Personal {}

    /** The pixel of a message whose readers are only counted. */
    record AnonymousOpen(MailId message) implements Token {}

    /** A link of a message whose readers are only counted; see {@link Click}. */
    record AnonymousClick(MailId message, int link, String target) implements Token {
        public AnonymousClick {
            checkLink(link, target);
        }
    }

    private static void checkLink(int link, String target) {
        if (link < 0 || link > MAX_LINK) {
            throw new IllegalArgumentException("link index " + link + " outside 0.." + MAX_LINK);
        }
        if (!LinkTarget.isFit(target)) {
            throw new IllegalArgumentException(
                    "link target of "
                            + target.length()
                            + " characters is not an http or https URL"
                            + " of at most "
                            + LinkTarget.MAX_OCTETS
                            + " octets");
        }
    }
}
