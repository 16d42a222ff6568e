package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.message.RecipientId;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.MessageCodec;
import facteur.store.journal.Position;

import java.time.Instant;

/**
 * A recipient who is still owed a delivery: what the queue must know of it after a restart.
 *
 * @param position of its message in the journal
 * @param first where the oldest octets of the message stand: before it, when it is large
 * @param campaign name, or empty
 * @param pool of sources that the message asked for, or empty
 * @param nextTry when it is due; the time of acceptance when it was never tried
 * @param attempts tries so far
 * @param handed whether a host was given its copy: then the journal tells how it was made
 */
public record PendingRow(
        Position position,
        Position first,
        Address address,
        String credential,
        String campaign,
        String pool,
        boolean transactional,
        Instant nextTry,
        int attempts,
        boolean handed) {
    PendingRow due(Instant at, int tried, boolean met) {
        return new PendingRow(
                position,
                first,
                address,
                credential,
                campaign,
                pool,
                transactional,
                at,
                tried,
                met);
    }

    PendingRow movedTo(Position place, Position oldest) {
        return new PendingRow(
                place,
                oldest,
                address,
                credential,
                campaign,
                pool,
                transactional,
                nextTry,
                attempts,
                handed);
    }

    byte[] encode() {
        Encoder to = new Encoder().octet(3).fixed(position.value()).fixed(first.value());
        MessageCodec.address(to, address);
        return to.text(credential)
                .text(campaign)
                .flag(transactional)
                .instant(nextTry)
                .number(attempts)
                .text(pool)
                .flag(handed)
                .toBytes();
    }

    public static PendingRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        int layout = from.octet();
        if (layout < 1 || layout > 3) {
            throw new facteur.store.codec.CorruptRecord("pending row in an unknown layout");
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
                position,
                first,
                address,
                credential,
                campaign,
                pool,
                transactional,
                nextTry,
                attempts,
                handed);
    }

    /** A row with the key that it was found under. */
    public record Found(RecipientId id, PendingRow row) {}
}
