package facteur.store.fold;

import facteur.mail.address.Address;
import facteur.mail.message.RecipientId;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.MessageCodec;
import facteur.store.journal.Position;

import java.time.Instant;

/**
 * A recipient who is still owed a delivery: what the queue must know of him after a restart.
 *
 * @param position of his message in the journal
 * @param first where the oldest octets of the message stand: before it, when it is large
 * @param campaign name, or empty
 * @param nextTry when he is due; the time of acceptance when he was never tried
 * @param attempts tries so far
 */
public record PendingRow(
        Position position,
        Position first,
        Address address,
        String credential,
        String campaign,
        boolean transactional,
        Instant nextTry,
        int attempts) {
    PendingRow due(Instant at, int tried) {
        return new PendingRow(
                position, first, address, credential, campaign, transactional, at, tried);
    }

    PendingRow movedTo(Position place, Position oldest) {
        return new PendingRow(
                place, oldest, address, credential, campaign, transactional, nextTry, attempts);
    }

    byte[] encode() {
        Encoder to = new Encoder().octet(1).fixed(position.value()).fixed(first.value());
        MessageCodec.address(to, address);
        return to.text(credential)
                .text(campaign)
                .flag(transactional)
                .instant(nextTry)
                .number(attempts)
                .toBytes();
    }

    public static PendingRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.Corrupt("pending row in an unknown layout");
        }
        return new PendingRow(
                new Position(from.fixed()),
                new Position(from.fixed()),
                MessageCodec.address(from),
                from.text(),
                from.text(),
                from.flag(),
                from.instant(),
                from.small());
    }

    /** A row with the key that it was found under. */
    public record Found(RecipientId id, PendingRow row) {}
}
