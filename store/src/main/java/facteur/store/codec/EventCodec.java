package facteur.store.codec;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.event.HostEvent;
import facteur.mail.event.OperatorEvent;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.event.ShapingEvent;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.outcome.SuppressionCause;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;

/**
 * Events as bytes: an octet for the type, an octet for the version of its layout, its fields in
 * order.
 */
public final class EventCodec {
    private static final int VERSION = 1;

    private static final int ACCEPTED = 1;
    private static final int RULED = 10;
    private static final int NOT_TRACKED = 11;
    private static final int SUSPENDED = 12;
    private static final int SLOWED = 13;
    private static final int LIMITED = 14;
    private static final int NOTIFIED = 15;
    private static final int RENDERED = 16;
    private static final int TLS_WORKED = 17;
    private static final int TLS_FAILED = 18;
    private static final int BOUNCED = 20;
    private static final int NOTED = 21;
    private static final int COMPLAINED = 22;
    private static final int DOUBTED = 23;
    private static final int OPENED = 30;
    private static final int CLICKED = 31;
    private static final int REVISED = 32;
    private static final int UNSUBSCRIBED = 33;
    private static final int SEEN = 34;
    private static final int TRACKING_DECLINED = 35;
    private static final int COUNTED = 36;
    private static final int RECOGNISED = 37;
    private static final int SUPPRESSED = 40;
    private static final int UNSUPPRESSED = 41;
    private static final int RETRY_ASKED = 42;
    private static final int CANCEL_ASKED = 43;
    private static final int HELD = 44;
    private static final int FLUSH_ASKED = 45;
    private static final int WITHDRAW_ASKED = 46;
    private static final int MOVED = 47;
    private static final int ERASED = 50;
    private static final int EXPIRED = 51;
    private static final int IMPORT_STAGED = 60;
    private static final int IMPORT_COMMITTED = 61;

    private EventCodec() {}

    public static byte[] encode(Event event) {
        Encoder to = new Encoder();
        switch (event) {
            case SubmissionEvent submission -> submission(to, submission);
            case DeliveryEvent delivery -> delivery(to, delivery);
            case ShapingEvent shaping -> shaping(to, shaping);
            case HostEvent host -> host(to, host);
            case FeedbackEvent feedback -> feedback(to, feedback);
            case EngagementEvent engagement -> engagement(to, engagement);
            case ReadershipEvent readership -> readership(to, readership);
            case OperatorEvent operator -> operator(to, operator);
        }
        return to.toBytes();
    }

    private static Encoder type(Encoder to, int type) {
        return to.octet(type).octet(VERSION);
    }

    private static void submission(Encoder to, SubmissionEvent event) {
        switch (event) {
            case SubmissionEvent.Accepted e -> {
                type(to, ACCEPTED)
                        .fixed(e.message().value())
                        .instant(e.at())
                        .text(e.credential())
                        .text(e.client());
                MessageCodec.envelope(to, e.envelope());
                MessageCodec.facts(to, e.facts());
                to.number(e.size());
            }
        }
    }

    private static void delivery(Encoder to, DeliveryEvent event) {
        switch (event) {
            case DeliveryEvent.Ruled e -> {
                MessageCodec.recipientId(type(to, RULED), e.recipient());
                to.instant(e.at()).number(e.attempt());
                OutcomeCodec.disposition(to, e.disposition());
                to.optional(e.hop(), EventCodec::hop);
            }
            case DeliveryEvent.Rendered e -> {
                MessageCodec.recipientId(type(to, RENDERED), e.recipient());
                to.instant(e.at()).number(e.links()).flag(e.pixel());
            }
            case DeliveryEvent.NotTracked e -> {
                MessageCodec.recipientId(type(to, NOT_TRACKED), e.recipient());
                to.instant(e.at()).text(e.why());
            }
            case DeliveryEvent.Notified e -> {
                MessageCodec.recipientId(type(to, NOTIFIED), e.recipient());
                to.instant(e.at()).text(e.action());
                to.optional(e.notice(), (encoder, id) -> encoder.fixed(id.value()))
                        .text(e.detail());
            }
        }
    }

    private static void shaping(Encoder to, ShapingEvent event) {
        switch (event) {
            case ShapingEvent.Suspended e ->
                    path(type(to, SUSPENDED), e).instant(e.until()).text(e.cause());
            case ShapingEvent.Slowed e ->
                    path(type(to, SLOWED), e)
                            .instant(e.until())
                            .number(e.perHour())
                            .text(e.cause());
            case ShapingEvent.Limited e -> path(type(to, LIMITED), e).number(e.connections());
        }
    }

    private static void host(Encoder to, HostEvent event) {
        switch (event) {
            case HostEvent.TlsWorked e ->
                    type(to, TLS_WORKED).text(e.host()).instant(e.at()).text(e.protocol());
            case HostEvent.TlsFailed e ->
                    type(to, TLS_FAILED)
                            .text(e.host())
                            .instant(e.at())
                            .instant(e.since())
                            .number(e.tries())
                            .flag(e.inClear())
                            .text(e.cause());
        }
    }

    private static Encoder path(Encoder to, ShapingEvent event) {
        return to.text(event.source()).text(event.site()).instant(event.at());
    }

    private static void hop(Encoder to, DeliveryEvent.Hop hop) {
        to.text(hop.site())
                .text(hop.host())
                .text(hop.address())
                .text(hop.source())
                .text(hop.tls())
                .number(hop.took().toMillis());
    }

    private static DeliveryEvent.Hop hop(Decoder from) {
        return new DeliveryEvent.Hop(
                from.text(),
                from.text(),
                from.text(),
                from.text(),
                from.text(),
                Duration.ofMillis(from.number()));
    }

    private static void feedback(Encoder to, FeedbackEvent event) {
        switch (event) {
            case FeedbackEvent.Bounced e -> {
                MessageCodec.recipientId(type(to, BOUNCED), e.recipient());
                to.instant(e.at()).flag(e.hard());
                OutcomeCodec.bounceClass(to, e.why());
                OutcomeCodec.evidence(to, e.evidence());
                to.flag(e.forwarded()).text(e.reportId());
            }
            case FeedbackEvent.Noted e -> {
                MessageCodec.recipientId(type(to, NOTED), e.recipient());
                to.instant(e.at()).text(e.kind()).text(e.text()).text(e.reportId());
            }
            case FeedbackEvent.HardBounceReverted e -> {
                MessageCodec.recipientId(type(to, DOUBTED), e.recipient());
                to.instant(e.at()).text(e.site()).text(e.text());
            }
            case FeedbackEvent.Complained e -> {
                MessageCodec.recipientId(type(to, COMPLAINED), e.recipient());
                to.instant(e.at()).text(e.reporter()).text(e.reportId());
            }
        }
    }

    private static void engagement(Encoder to, EngagementEvent event) {
        switch (event) {
            case EngagementEvent.Opened e -> {
                MessageCodec.recipientId(type(to, OPENED), e.recipient());
                to.instant(e.at()).choice(e.audience()).set(e.reasons(), Encoder::text);
                to.text(e.agent()).number(e.repeats());
            }
            case EngagementEvent.Clicked e -> {
                MessageCodec.recipientId(type(to, CLICKED), e.recipient());
                to.instant(e.at()).choice(e.audience()).set(e.reasons(), Encoder::text);
                to.text(e.agent()).number(e.repeats()).number(e.link()).text(e.target());
            }
            case EngagementEvent.Revised e -> {
                MessageCodec.recipientId(type(to, REVISED), e.recipient());
                to.instant(e.at()).instant(e.from()).instant(e.until()).text(e.reason());
            }
            case EngagementEvent.Recognised e -> {
                MessageCodec.recipientId(type(to, RECOGNISED), e.recipient());
                to.instant(e.at()).text(e.rule());
            }
            case EngagementEvent.Seen e -> {
                MessageCodec.recipientId(type(to, SEEN), e.recipient());
                to.instant(e.at());
            }
            case EngagementEvent.TrackingDeclined e -> {
                MessageCodec.recipientId(type(to, TRACKING_DECLINED), e.recipient());
                to.instant(e.at()).text(e.means());
            }
            case EngagementEvent.Unsubscribed e -> {
                MessageCodec.recipientId(type(to, UNSUBSCRIBED), e.recipient());
                to.instant(e.at()).text(e.means());
            }
        }
    }

    private static void readership(Encoder to, ReadershipEvent event) {
        switch (event) {
            case ReadershipEvent.Counted e ->
                    type(to, COUNTED)
                            .fixed(e.message().value())
                            .instant(e.at())
                            .number(e.link())
                            .text(e.target())
                            .flag(e.isMachine())
                            .number(e.hits());
        }
    }

    private static void operator(Encoder to, OperatorEvent event) {
        switch (event) {
            case OperatorEvent.Suppressed e -> {
                MessageCodec.address(type(to, SUPPRESSED), e.address());
                to.instant(e.at()).text(e.operator()).choice(e.cause());
                OutcomeCodec.scope(to, e.scope());
                to.optional(e.expires(), Encoder::instant).text(e.why());
            }
            case OperatorEvent.Unsuppressed e -> {
                MessageCodec.address(type(to, UNSUPPRESSED), e.address());
                to.instant(e.at()).text(e.operator()).text(e.why());
            }
            case OperatorEvent.ImportStaged e ->
                    type(to, IMPORT_STAGED)
                            .fixed(e.id())
                            .number(e.part())
                            .instant(e.at())
                            .text(e.operator())
                            .list(e.rows(), EventCodec::imported);
            case OperatorEvent.ImportCommitted e ->
                    type(to, IMPORT_COMMITTED)
                            .fixed(e.id())
                            .number(e.parts())
                            .number(e.rows())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.RetryAsked e ->
                    type(to, RETRY_ASKED)
                            .fixed(e.message().value())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.CancelAsked e ->
                    type(to, CANCEL_ASKED)
                            .fixed(e.message().value())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.Held e ->
                    type(to, HELD)
                            .text(e.subject())
                            .flag(e.held())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.FlushAsked e ->
                    type(to, FLUSH_ASKED)
                            .text(e.subject())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.WithdrawAsked e ->
                    type(to, WITHDRAW_ASKED)
                            .text(e.subject())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.Moved e ->
                    type(to, MOVED)
                            .text(e.subject())
                            .text(e.source())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.Erased e ->
                    type(to, ERASED)
                            .fixed(e.contact())
                            .instant(e.at())
                            .text(e.operator())
                            .text(e.why());
            case OperatorEvent.Expired e ->
                    type(to, EXPIRED)
                            .fixed(e.timelines().value())
                            .fixed(e.history().value())
                            .instant(e.at())
                            .text(e.operator());
        }
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

    /** Reads what {@link #encode} wrote; {@link CorruptRecord} when it did not. */
    public static Event decode(ByteBuffer octets) {
        Decoder from = new Decoder(octets);
        int type = from.octet();
        int version = from.octet();
        if (version != VERSION) {
            throw new CorruptRecord(
                    "event type "
                            + type
                            + " in layout "
                            + version
                            + "; this Facteur reads "
                            + VERSION);
        }
        return switch (type) {
            case ACCEPTED ->
                    new SubmissionEvent.Accepted(
                            new MailId(from.fixed()),
                            from.instant(),
                            from.text(),
                            from.text(),
                            MessageCodec.envelope(from),
                            MessageCodec.facts(from),
                            from.number());
            case RULED ->
                    new DeliveryEvent.Ruled(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.small(),
                            OutcomeCodec.disposition(from),
                            from.optional(EventCodec::hop));
            case RENDERED ->
                    new DeliveryEvent.Rendered(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.small(),
                            from.flag());
            case NOT_TRACKED ->
                    new DeliveryEvent.NotTracked(
                            MessageCodec.recipientId(from), from.instant(), from.text());
            case BOUNCED ->
                    new FeedbackEvent.Bounced(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.flag(),
                            OutcomeCodec.bounceClass(from),
                            OutcomeCodec.evidence(from),
                            from.flag(),
                            from.text());
            case NOTED ->
                    new FeedbackEvent.Noted(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.text(),
                            from.text(),
                            from.text());
            case COMPLAINED ->
                    new FeedbackEvent.Complained(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.text(),
                            from.text());
            case DOUBTED ->
                    new FeedbackEvent.HardBounceReverted(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.text(),
                            from.text());
            case OPENED ->
                    new EngagementEvent.Opened(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.choice(Audience.values()),
                            new LinkedHashSet<>(from.texts()),
                            from.text(),
                            from.small());
            case CLICKED ->
                    new EngagementEvent.Clicked(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.choice(Audience.values()),
                            new LinkedHashSet<>(from.texts()),
                            from.text(),
                            from.small(),
                            from.small(),
                            from.text());
            case REVISED ->
                    new EngagementEvent.Revised(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.instant(),
                            from.instant(),
                            from.text());
            case UNSUBSCRIBED ->
                    new EngagementEvent.Unsubscribed(
                            MessageCodec.recipientId(from), from.instant(), from.text());
            case RECOGNISED ->
                    new EngagementEvent.Recognised(
                            MessageCodec.recipientId(from), from.instant(), from.text());
            case SEEN -> new EngagementEvent.Seen(MessageCodec.recipientId(from), from.instant());
            case TRACKING_DECLINED ->
                    new EngagementEvent.TrackingDeclined(
                            MessageCodec.recipientId(from), from.instant(), from.text());
            case COUNTED ->
                    new ReadershipEvent.Counted(
                            new MailId(from.fixed()),
                            from.instant(),
                            from.small(),
                            from.text(),
                            from.flag(),
                            from.small());
            case SUPPRESSED ->
                    new OperatorEvent.Suppressed(
                            MessageCodec.address(from),
                            from.instant(),
                            from.text(),
                            from.choice(SuppressionCause.values()),
                            OutcomeCodec.scope(from),
                            from.optional(Decoder::instant),
                            from.text());
            case UNSUPPRESSED ->
                    new OperatorEvent.Unsuppressed(
                            MessageCodec.address(from), from.instant(), from.text(), from.text());
            case IMPORT_STAGED ->
                    new OperatorEvent.ImportStaged(
                            from.fixed(),
                            from.small(),
                            from.instant(),
                            from.text(),
                            from.list(EventCodec::imported));
            case IMPORT_COMMITTED ->
                    new OperatorEvent.ImportCommitted(
                            from.fixed(),
                            from.small(),
                            from.number(),
                            from.instant(),
                            from.text(),
                            from.text());
            case RETRY_ASKED ->
                    new OperatorEvent.RetryAsked(
                            new MailId(from.fixed()), from.instant(), from.text(), from.text());
            case CANCEL_ASKED ->
                    new OperatorEvent.CancelAsked(
                            new MailId(from.fixed()), from.instant(), from.text(), from.text());
            case HELD ->
                    new OperatorEvent.Held(
                            from.text(), from.flag(), from.instant(), from.text(), from.text());
            case SUSPENDED ->
                    new ShapingEvent.Suspended(
                            from.text(), from.text(), from.instant(), from.instant(), from.text());
            case SLOWED ->
                    new ShapingEvent.Slowed(
                            from.text(),
                            from.text(),
                            from.instant(),
                            from.instant(),
                            from.small(),
                            from.text());
            case LIMITED ->
                    new ShapingEvent.Limited(
                            from.text(), from.text(), from.instant(), from.small());
            case TLS_WORKED -> new HostEvent.TlsWorked(from.text(), from.instant(), from.text());
            case TLS_FAILED ->
                    new HostEvent.TlsFailed(
                            from.text(),
                            from.instant(),
                            from.instant(),
                            from.small(),
                            from.flag(),
                            from.text());
            case NOTIFIED ->
                    new DeliveryEvent.Notified(
                            MessageCodec.recipientId(from),
                            from.instant(),
                            from.text(),
                            from.optional(d -> new MailId(d.fixed())),
                            from.text());
            case FLUSH_ASKED ->
                    new OperatorEvent.FlushAsked(
                            from.text(), from.instant(), from.text(), from.text());
            case WITHDRAW_ASKED ->
                    new OperatorEvent.WithdrawAsked(
                            from.text(), from.instant(), from.text(), from.text());
            case MOVED ->
                    new OperatorEvent.Moved(
                            from.text(), from.text(), from.instant(), from.text(), from.text());
            case ERASED ->
                    new OperatorEvent.Erased(
                            from.fixed(), from.instant(), from.text(), from.text());
            case EXPIRED ->
                    new OperatorEvent.Expired(
                            new MailId(from.fixed()),
                            new MailId(from.fixed()),
                            from.instant(),
                            from.text());
            default -> throw new CorruptRecord("event type " + type);
        };
    }

    /** Instants are stored to the millisecond; what is kept in memory must be the same. */
    public static Instant stored(Instant instant) {
        return Instant.ofEpochMilli(instant.toEpochMilli());
    }
}
