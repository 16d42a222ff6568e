package facteur.store.codec;

import facteur.mail.event.FeedbackEvent;

import java.util.List;

/** Stored forms of what came back by mail. */
final class FeedbackCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                            20,
                            FeedbackEvent.Bounced.class,
                            FeedbackCodec::writeBounced,
                            FeedbackCodec::readBounced),
                    EventType.of(
                            21,
                            FeedbackEvent.Noted.class,
                            FeedbackCodec::writeNoted,
                            FeedbackCodec::readNoted),
                    EventType.of(
                            22,
                            FeedbackEvent.Complained.class,
                            FeedbackCodec::writeComplained,
                            FeedbackCodec::readComplained),
                    EventType.of(
                            23,
                            FeedbackEvent.HardBounceReverted.class,
                            FeedbackCodec::writeDoubted,
                            FeedbackCodec::readDoubted));

    private FeedbackCodec() {}

    private static void writeBounced(Encoder to, FeedbackEvent.Bounced e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).flag(e.hard());
        OutcomeCodec.bounceClass(to, e.why());
        OutcomeCodec.evidence(to, e.evidence());
        to.flag(e.forwarded()).text(e.reportId());
    }

    private static FeedbackEvent.Bounced readBounced(Decoder from) {
        return new FeedbackEvent.Bounced(
                MessageCodec.recipientId(from),
                from.instant(),
                from.flag(),
                OutcomeCodec.bounceClass(from),
                OutcomeCodec.evidence(from),
                from.flag(),
                from.text());
    }

    private static void writeNoted(Encoder to, FeedbackEvent.Noted e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.kind()).text(e.text()).text(e.reportId());
    }

    private static FeedbackEvent.Noted readNoted(Decoder from) {
        return new FeedbackEvent.Noted(
                MessageCodec.recipientId(from),
                from.instant(),
                from.text(),
                from.text(),
                from.text());
    }

    private static void writeComplained(Encoder to, FeedbackEvent.Complained e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.reporter()).text(e.reportId());
    }

    private static FeedbackEvent.Complained readComplained(Decoder from) {
        return new FeedbackEvent.Complained(
                MessageCodec.recipientId(from), from.instant(), from.text(), from.text());
    }

    private static void writeDoubted(Encoder to, FeedbackEvent.HardBounceReverted e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.site()).text(e.text());
    }

    private static FeedbackEvent.HardBounceReverted readDoubted(Decoder from) {
        return new FeedbackEvent.HardBounceReverted(
                MessageCodec.recipientId(from), from.instant(), from.text(), from.text());
    }
}
