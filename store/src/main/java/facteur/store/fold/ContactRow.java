package facteur.store.fold;

import facteur.mail.address.Address;
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
    ContactRow seen(Instant at, int moreMessages) {
        return new ContactRow(
                address,
                at.isBefore(firstSeen) ? at : firstSeen,
                at.isAfter(lastActivity) ? at : lastActivity,
                messages + moreMessages);
    }

    byte[] encode() {
        Encoder to = new Encoder().octet(1);
        MessageCodec.address(to, address);
        return to.instant(firstSeen).instant(lastActivity).number(messages).toBytes();
    }

    public static ContactRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.Corrupt("contact row in an unknown layout");
        }
        return new ContactRow(
                MessageCodec.address(from), from.instant(), from.instant(), from.number());
    }
}
