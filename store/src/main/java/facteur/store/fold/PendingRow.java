package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.message.RecipientId;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.MessageCodec;
import facteur.store.journal.Position;
import facteur.store.query.PendingRecipient;
import facteur.store.query.RecipientState;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link PendingRecipient} is stored.
 *
 * @param first where the oldest octets of the message stand: before its position, when it is large
 */
public record PendingRow(Position first, PendingRecipient recipient) {
    /** A page of what is owed, by message, after {@code after}. */
    public static List<PendingRow> page(Rows rows, Optional<RecipientId> after, int limit) {
        return TablePage.forward(
                rows,
                Table.PENDING,
                new byte[0],
                after.map(id -> TablePage.after(Keys.recipient(id))).orElse(new byte[0]),
                limit,
                (key, value) -> Optional.of(decode(Keys.recipient(key, 0), value)));
    }

    /** Due at another time, after another try. */
    PendingRow due(RecipientState after) {
        return new PendingRow(
                first,
                new PendingRecipient(
                        recipient.id(),
                        recipient.position(),
                        recipient.address(),
                        recipient.credential(),
                        recipient.campaign(),
                        recipient.pool(),
                        recipient.transactional(),
                        after.nextTry(),
                        after.attempts(),
                        RecipientRow.hasMetHost(after)));
    }

    PendingRow movedTo(Position place, Position oldest) {
        return new PendingRow(
                oldest,
                new PendingRecipient(
                        recipient.id(),
                        place,
                        recipient.address(),
                        recipient.credential(),
                        recipient.campaign(),
                        recipient.pool(),
                        recipient.transactional(),
                        recipient.nextTry(),
                        recipient.attempts(),
                        recipient.handed()));
    }

    /** The key of the index by domain and time. */
    byte[] due() {
        return Keys.due(recipient.address().domain().name(), recipient.nextTry(), recipient.id());
    }

    byte[] encode() {
        Encoder to =
                new Encoder().octet(3).fixed(recipient.position().value()).fixed(first.value());
        MessageCodec.address(to, recipient.address());
        return to.text(recipient.credential())
                .text(recipient.campaign())
                .flag(recipient.transactional())
                .instant(recipient.nextTry())
                .number(recipient.attempts())
                .text(recipient.pool())
                .flag(recipient.handed())
                .toBytes();
    }

    /**
     * @param id that the row stands under
     */
    public static PendingRow decode(RecipientId id, byte[] octets) {
        Decoder from = new Decoder(octets);
        int layout = from.octet();
        if (layout < 1 || layout > 3) {
            throw new CorruptRecord("pending row in an unknown layout");
        }
        Position position = new Position(from.fixed());
        Position first = new Position(from.fixed());
        Address address = MessageCodec.address(from);
        String credential = from.text();
        String campaign = from.text();
        boolean transactional = from.flag();
        Instant nextTry = from.instant();
        int attempts = from.small();
        // Layout 1 knew no pools.
        String pool = layout == 1 ? "" : from.text();
        // Layout 2 did not know of copies: how the next one is made is told again.
        boolean handed = layout == 3 && from.flag();
        return new PendingRow(
                first,
                new PendingRecipient(
                        id,
                        position,
                        address,
                        credential,
                        campaign,
                        pool,
                        transactional,
                        nextTry,
                        attempts,
                        handed));
    }
}
