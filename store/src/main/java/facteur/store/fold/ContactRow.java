package facteur.store.fold;

import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.MessageCodec;
import facteur.store.query.Contact;

import java.time.Instant;
import java.util.Optional;

/**
 * How a {@link Contact} is stored. Addresses stand only here and in what is pending, so that a
 * person can be forgotten.
 */
public final class ContactRow {
    private ContactRow() {}

    public static Optional<Contact> find(Rows rows, long id) {
        return rows.get(Table.CONTACTS, Keys.contact(id)).map(octets -> decode(id, octets));
    }

    static void put(Rows rows, Contact contact) {
        rows.put(Table.CONTACTS, Keys.contact(contact.id()), encode(contact));
    }

    static Contact seen(Contact known, Instant at, int moreMessages) {
        return new Contact(
                known.id(),
                known.address(),
                at.isBefore(known.firstSeen()) ? at : known.firstSeen(),
                at.isAfter(known.lastActivity()) ? at : known.lastActivity(),
                known.messages() + moreMessages);
    }

    private static byte[] encode(Contact contact) {
        Encoder to = new Encoder().octet(1);
        MessageCodec.address(to, contact.address());
        return to.instant(contact.firstSeen())
                .instant(contact.lastActivity())
                .number(contact.messages())
                .toBytes();
    }

    /**
     * @param id that the row stands under
     */
    static Contact decode(long id, byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("contact row in an unknown layout");
        }
        return new Contact(
                id, MessageCodec.address(from), from.instant(), from.instant(), from.number());
    }
}
