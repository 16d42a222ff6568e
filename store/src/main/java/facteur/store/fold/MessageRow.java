package facteur.store.fold;

import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.MailId;
import facteur.mail.message.MessageFacts;
import facteur.store.codec.CorruptRecord;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;
import facteur.store.codec.EventCodec;
import facteur.store.journal.Position;
import facteur.store.query.AcceptedMessage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * How an {@link AcceptedMessage} is stored. The recipients of its envelope stand in their own rows.
 */
public final class MessageRow {
    private MessageRow() {}

    public static Optional<AcceptedMessage> find(Rows rows, MailId id) {
        return rows.get(Table.MESSAGES, Keys.message(id)).map(MessageRow::decode);
    }

    static void put(Rows rows, AcceptedMessage message) {
        rows.put(Table.MESSAGES, Keys.message(message.accepted().message()), encode(message));
    }

    static AcceptedMessage of(Position position, long campaign, SubmissionEvent.Accepted accepted) {
        Envelope envelope = accepted.envelope();
        Envelope bare =
                new Envelope(envelope.from(), List.of(), envelope.options(), envelope.envelopeId());
        return new AcceptedMessage(
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

    static AcceptedMessage movedTo(Position place, AcceptedMessage message) {
        return new AcceptedMessage(
                place, message.campaign(), message.recipients(), message.accepted());
    }

    static AcceptedMessage with(MessageFacts facts, AcceptedMessage message) {
        SubmissionEvent.Accepted accepted = message.accepted();
        return new AcceptedMessage(
                message.position(),
                message.campaign(),
                message.recipients(),
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

    private static byte[] encode(AcceptedMessage message) {
        return new Encoder()
                .octet(1)
                .fixed(message.position().value())
                .number(message.campaign())
                .number(message.recipients())
                .bytes(EventCodec.encode(message.accepted()))
                .toBytes();
    }

    public static AcceptedMessage decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        if (from.octet() != 1) {
            throw new CorruptRecord("message row in an unknown layout");
        }
        return new AcceptedMessage(
                new Position(from.fixed()),
                from.small(),
                from.small(),
                (SubmissionEvent.Accepted) EventCodec.decode(ByteBuffer.wrap(from.bytes())));
    }
}
