package facteur.store.codec;

import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.Handling;
import facteur.mail.message.IdempotencyKey;
import facteur.mail.message.MailId;
import facteur.mail.message.Tenant;

import java.util.List;

/** Stored forms of what applications handed over. */
final class SubmissionCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                                    1,
                                    SubmissionEvent.Accepted.class,
                                    2,
                                    SubmissionCodec::write,
                                    SubmissionCodec::read)
                            .reads(1, from -> read(from, Handling.ORDINARY)));

    private SubmissionCodec() {}

    private static void write(Encoder to, SubmissionEvent.Accepted e) {
        Handling handling = e.handling();
        to.number(handling.tenant().number())
                .optional(handling.idempotency(), SubmissionCodec::idempotency)
                .optional(handling.sendAt(), Encoder::instant);
        to.fixed(e.message().value()).instant(e.at()).text(e.credential()).text(e.client());
        MessageCodec.envelope(to, e.envelope());
        MessageCodec.facts(to, e.facts());
        to.number(e.size());
    }

    private static SubmissionEvent.Accepted read(Decoder from) {
        Handling handling =
                new Handling(
                        new Tenant(from.small()),
                        from.optional(SubmissionCodec::idempotency),
                        from.optional(Decoder::instant));
        return read(from, handling);
    }

    private static SubmissionEvent.Accepted read(Decoder from, Handling handling) {
        return new SubmissionEvent.Accepted(
                new MailId(from.fixed()),
                from.instant(),
                from.text(),
                from.text(),
                MessageCodec.envelope(from),
                MessageCodec.facts(from),
                handling,
                from.number());
    }

    private static void idempotency(Encoder to, IdempotencyKey key) {
        to.text(key.key()).bytes(key.bodyHash());
    }

    private static IdempotencyKey idempotency(Decoder from) {
        return new IdempotencyKey(from.text(), from.bytes());
    }
}
