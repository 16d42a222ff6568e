package facteur.server.maillog;

import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;

import java.util.Optional;

/** What is known of messages that events are about. */
interface MessageDirectory {
    Optional<Known> message(MailId id);

    /** Empty where the person was erased. */
    Optional<String> recipient(RecipientId id);

    /**
     * @param from empty for the null reverse-path
     * @param campaign empty for none
     */
    record Known(String from, String campaign, String credential) {}
}
