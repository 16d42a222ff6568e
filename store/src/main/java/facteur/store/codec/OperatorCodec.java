package facteur.store.codec;

import facteur.mail.event.OperatorEvent;
import facteur.mail.message.MailId;
import facteur.mail.outcome.SuppressionCause;

import java.util.List;

/** Stored forms of what people decided. */
final class OperatorCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                            40,
                            OperatorEvent.Suppressed.class,
                            OperatorCodec::writeSuppressed,
                            OperatorCodec::readSuppressed),
                    EventType.of(
                            41,
                            OperatorEvent.Unsuppressed.class,
                            OperatorCodec::writeUnsuppressed,
                            OperatorCodec::readUnsuppressed),
                    EventType.of(
                            42,
                            OperatorEvent.RetryAsked.class,
                            (to, e) -> order(to.fixed(e.message().value()), e, e.why()),
                            OperatorCodec::readRetryAsked),
                    EventType.of(
                            43,
                            OperatorEvent.CancelAsked.class,
                            (to, e) -> order(to.fixed(e.message().value()), e, e.why()),
                            OperatorCodec::readCancelAsked),
                    EventType.of(
                            44,
                            OperatorEvent.Held.class,
                            (to, e) -> order(to.text(e.subject()).flag(e.held()), e, e.why()),
                            OperatorCodec::readHeld),
                    EventType.of(
                            45,
                            OperatorEvent.FlushAsked.class,
                            (to, e) -> order(to.text(e.subject()), e, e.why()),
                            OperatorCodec::readFlushAsked),
                    EventType.of(
                            46,
                            OperatorEvent.WithdrawAsked.class,
                            (to, e) -> order(to.text(e.subject()), e, e.why()),
                            OperatorCodec::readWithdrawAsked),
                    EventType.of(
                            47,
                            OperatorEvent.Moved.class,
                            (to, e) -> order(to.text(e.subject()).text(e.source()), e, e.why()),
                            OperatorCodec::readMoved),
                    EventType.of(
                            50,
                            OperatorEvent.Erased.class,
                            (to, e) -> order(to.fixed(e.contact()), e, e.why()),
                            OperatorCodec::readErased),
                    EventType.of(
                            51,
                            OperatorEvent.Expired.class,
                            OperatorCodec::writeExpired,
                            OperatorCodec::readExpired),
                    EventType.of(
                            60,
                            OperatorEvent.ImportStaged.class,
                            OperatorCodec::writeImportStaged,
                            OperatorCodec::readImportStaged),
                    EventType.of(
                            61,
                            OperatorEvent.ImportCommitted.class,
                            OperatorCodec::writeImportCommitted,
                            OperatorCodec::readImportCommitted));

    private OperatorCodec() {}

    /** How most of them end. */
    private static void order(Encoder to, OperatorEvent event, String why) {
        to.instant(event.at()).text(event.operator()).text(why);
    }

    private static void writeSuppressed(Encoder to, OperatorEvent.Suppressed e) {
        MessageCodec.address(to, e.address());
        to.instant(e.at()).text(e.operator()).choice(e.cause());
        OutcomeCodec.scope(to, e.scope());
        to.optional(e.expires(), Encoder::instant).text(e.why());
    }

    private static OperatorEvent.Suppressed readSuppressed(Decoder from) {
        return new OperatorEvent.Suppressed(
                MessageCodec.address(from),
                from.instant(),
                from.text(),
                from.choice(SuppressionCause.values()),
                OutcomeCodec.scope(from),
                from.optional(Decoder::instant),
                from.text());
    }

    private static void writeUnsuppressed(Encoder to, OperatorEvent.Unsuppressed e) {
        MessageCodec.address(to, e.address());
        order(to, e, e.why());
    }

    private static OperatorEvent.Unsuppressed readUnsuppressed(Decoder from) {
        return new OperatorEvent.Unsuppressed(
                MessageCodec.address(from), from.instant(), from.text(), from.text());
    }

    private static OperatorEvent.RetryAsked readRetryAsked(Decoder from) {
        return new OperatorEvent.RetryAsked(
                new MailId(from.fixed()), from.instant(), from.text(), from.text());
    }

    private static OperatorEvent.CancelAsked readCancelAsked(Decoder from) {
        return new OperatorEvent.CancelAsked(
                new MailId(from.fixed()), from.instant(), from.text(), from.text());
    }

    private static OperatorEvent.Held readHeld(Decoder from) {
        return new OperatorEvent.Held(
                from.text(), from.flag(), from.instant(), from.text(), from.text());
    }

    private static OperatorEvent.FlushAsked readFlushAsked(Decoder from) {
        return new OperatorEvent.FlushAsked(from.text(), from.instant(), from.text(), from.text());
    }

    private static OperatorEvent.WithdrawAsked readWithdrawAsked(Decoder from) {
        return new OperatorEvent.WithdrawAsked(
                from.text(), from.instant(), from.text(), from.text());
    }

    private static OperatorEvent.Moved readMoved(Decoder from) {
        return new OperatorEvent.Moved(
                from.text(), from.text(), from.instant(), from.text(), from.text());
    }

    private static OperatorEvent.Erased readErased(Decoder from) {
        return new OperatorEvent.Erased(from.fixed(), from.instant(), from.text(), from.text());
    }

    private static void writeExpired(Encoder to, OperatorEvent.Expired e) {
        to.fixed(e.timelines().value())
                .fixed(e.history().value())
                .instant(e.at())
                .text(e.operator());
    }

    private static OperatorEvent.Expired readExpired(Decoder from) {
        return new OperatorEvent.Expired(
                new MailId(from.fixed()), new MailId(from.fixed()), from.instant(), from.text());
    }

    private static void writeImportStaged(Encoder to, OperatorEvent.ImportStaged e) {
        to.fixed(e.id())
                .number(e.part())
                .instant(e.at())
                .text(e.operator())
                .list(e.rows(), OperatorCodec::imported);
    }

    private static OperatorEvent.ImportStaged readImportStaged(Decoder from) {
        return new OperatorEvent.ImportStaged(
                from.fixed(),
                from.small(),
                from.instant(),
                from.text(),
                from.list(OperatorCodec::imported));
    }

    private static void imported(Encoder to, OperatorEvent.Imported row) {
        MessageCodec.address(to, row.address());
        OutcomeCodec.scope(to.choice(row.cause()), row.scope());
        to.optional(row.since(), Encoder::instant)
                .optional(row.expires(), Encoder::instant)
                .text(row.why());
    }

    private static OperatorEvent.Imported imported(Decoder from) {
        return new OperatorEvent.Imported(
                MessageCodec.address(from),
                from.choice(SuppressionCause.values()),
                OutcomeCodec.scope(from),
                from.optional(Decoder::instant),
                from.optional(Decoder::instant),
                from.text());
    }

    private static void writeImportCommitted(Encoder to, OperatorEvent.ImportCommitted e) {
        order(to.fixed(e.id()).number(e.parts()).number(e.rows()), e, e.why());
    }

    private static OperatorEvent.ImportCommitted readImportCommitted(Decoder from) {
        return new OperatorEvent.ImportCommitted(
                from.fixed(),
                from.small(),
                from.number(),
                from.instant(),
                from.text(),
                from.text());
    }
}
