package facteur.mta.delivery.dialogue;

import facteur.mail.address.Address;
import facteur.mail.address.ReversePath;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;

import java.util.List;
import java.util.Optional;

/**
 * One message for one or more recipients at one host.
 *
 * @param from the reverse-path to use, which may be a return-path token
 * @param size octets of the content, before dots are stuffed
 * @param eightBit whether the content has octets above 127
 * @param unchangeable why it must stay so where 8 bits are not taken; empty when it was not tried
 * @param envelopeId ENVID to pass on
 */
public record Transaction(
        ReversePath from,
        List<Recipient> recipients,
        long size,
        boolean eightBit,
        Optional<String> unchangeable,
        MailOptions options,
        Optional<String> envelopeId) {
    public Transaction {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a transaction has at least one recipient");
        }
    }

    boolean needsUtf8() {
        return options.utf8()
                || from.mailbox().filter(Address::isInternational).isPresent()
                || isToInternational();
    }

    private boolean isToInternational() {
        for (Recipient recipient : recipients) {
            if (recipient.address().isInternational()) {
                return true;
            }
        }
        return false;
    }
}
