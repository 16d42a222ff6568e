package facteur.store.fold;

import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.MessageFacts;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.EventCodec;
import facteur.store.journal.Position;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One accepted message.
 *
 * @param position where its bytes are, as long as they are kept
 * @param campaign 0 for none
 * @param recipients how many there are
 * @param accepted its event; the recipients of the envelope stand in their own rows
 */
public record MessageRow(
        Position position, long campaign, int recipients, SubmissionEvent.Accepted accepted) {
    static MessageRow of(Position position, long campaign, SubmissionEvent.Accepted accepted) {
        Envelope envelope = accepted.envelope();
        Envelope bare =
                new Envelope(envelope.from(), List.of(), envelope.options(), envelope.envelopeId());
        return new MessageRow(
                position,
                campaign,
                envelope.recipients().size(),
                new SubmissionEvent.Accepted(
                        accepted.message(),
                        accepted.at(),
                        accepted.credential(),
                        accepted.client(),
                        bare,
                        accepted.facts(),
                        accepted.handling(),
                        accepted.size()));
    }

    MessageRow movedTo(Position place) {
        return new MessageRow(place, campaign, recipients, accepted);
    }

    MessageRow with(MessageFacts facts) {
        return new MessageRow(
                position,
                campaign,
                recipients,
                new SubmissionEvent.Accepted(
                        accepted.message(),
                        accepted.at(),
                        accepted.credential(),
                        accepted.client(),
                        accepted.envelope(),
                        facts,
                        accepted.handling(),
                        accepted.size()));
    }

    byte[] encode() {
        return new Encoder()
                .octet(1)
                .fixed(position.value())
                .number(campaign)
                .number(recipients)
                .bytes(EventCodec.encode(accepted))
                .toBytes();
    }

    public static MessageRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new facteur.store.codec.CorruptRecord("message row in an unknown layout");
        }
        return new MessageRow(
                new Position(from.fixed()),
                from.small(),
                from.small(),
                (SubmissionEvent.Accepted) EventCodec.decode(ByteBuffer.wrap(from.bytes())));
    }
}
