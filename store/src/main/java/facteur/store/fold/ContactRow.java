package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.address.Domain;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.MessageCodec;

import java.time.Instant;

/**
 * A person, known by an address. Addresses stand only here and in what is pending, so that a person
 * can be forgotten.
 *
 * @param messages recipients of accepted messages with this address
 */
public record ContactRow(Address address, Instant firstSeen, Instant lastActivity, long messages) {
    // RFC 2606: never anybody's.
    private static final Domain ERASED = new Domain("erased.invalid");

    ContactRow seen(Instant at, int moreMessages) {
        return new ContactRow(
                address,
                at.isBefore(firstSeen) ? at : firstSeen,
                at.isAfter(lastActivity) ? at : lastActivity,
                messages + moreMessages);
    }

    /** The row of a person who asked to be forgotten. */
    ContactRow erased(long contact) {
        return new ContactRow(
                new Address("erased-" + contact, ERASED), firstSeen, lastActivity, messages);
    }

    public boolean isErased() {
        return address.domain().equals(ERASED);
    }

    byte[] encode() {
        Encoder to = new Encoder().octet(1);
        MessageCodec.address(to, address);
        return to.instant(firstSeen).instant(lastActivity).number(messages).toBytes();
    }

    public static ContactRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("contact row in an unknown layout");
        }
        return new ContactRow(
                MessageCodec.address(from), from.instant(), from.instant(), from.number());
    }
}
