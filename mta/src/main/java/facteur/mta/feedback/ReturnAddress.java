package facteur.mta.feedback;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.mail.message.RecipientId;
import facteur.mail.token.Token;
import facteur.mail.token.TokenSeal;
import facteur.message.render.RecipientCopy;

import java.util.Optional;
import java.util.Set;

/** What an address in the return-path domain is for. */
sealed interface ReturnAddress {
    /** The reverse-path of one recipient's copy. */
    record Bounce(RecipientId recipient) implements ReturnAddress {}

    /** Where a reader writes to be left alone (RFC 2369 3.2, mailto). */
    record Leave(RecipientId recipient) implements ReturnAddress {}

    /** Where providers send feedback reports that they do not send to the return-path. */
    record RoleAddress(String name) implements ReturnAddress {}

    /** Looks like one of ours and was not sealed here. */
    record Forged() implements ReturnAddress {}

    record Unknown() implements ReturnAddress {}

    /** In another domain. */
    record Elsewhere() implements ReturnAddress {}

    /** RFC 5321 4.5.1 wants the first, RFC 2142 the second, feedback loops ask for any. */
    Set<String> DESKS = Set.of("postmaster", "abuse", "fbl", "feedback", "complaints");

    static ReturnAddress read(Address address, Domain ours, TokenSeal seal) {
        String mailbox = address.key().value(); // without quotes and case
        String local = mailbox.substring(0, mailbox.lastIndexOf('@'));
        if (!address.domain().equals(ours)) {
            return new Elsewhere();
        }
        if (DESKS.contains(local)) {
            return new RoleAddress(local);
        }
        boolean sealed =
                local.startsWith(RecipientCopy.RETURN_PATH_PREFIX)
                        || local.startsWith(RecipientCopy.UNSUBSCRIBE_PREFIX);
        return sealed ? token(local, seal) : new Unknown();
    }

    private static ReturnAddress token(String local, TokenSeal seal) {
        boolean isReturnPath = local.startsWith(RecipientCopy.RETURN_PATH_PREFIX);
        Optional<Token.Personal> token =
                seal.unsealLocalPart(local.substring(RecipientCopy.RETURN_PATH_PREFIX.length()));
        if (isReturnPath && token.orElse(null) instanceof Token.ReturnPath(RecipientId recipient)) {
            return new Bounce(recipient);
        }
        if (!isReturnPath
                && token.orElse(null) instanceof Token.Unsubscribe(RecipientId recipient)) {
            return new Leave(recipient);
        }
        return new Forged();
    }
}
