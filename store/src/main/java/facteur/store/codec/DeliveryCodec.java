package facteur.store.codec;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.MailId;
import facteur.mail.outcome.TlsFacts;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Stored forms of what sending came to. */
final class DeliveryCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                                    10,
                                    DeliveryEvent.Ruled.class,
                                    3,
                                    DeliveryCodec::writeRuled,
                                    from -> readRuled(from, DeliveryCodec::hop))
                            .reads(2, from -> readRuled(from, d -> shortHop(d, DeliveryCodec::tls)))
                            .reads(
                                    1,
                                    from ->
                                            readRuled(
                                                    from,
                                                    d -> shortHop(d, DeliveryCodec::tlsText))),
                    EventType.of(
                            11,
                            DeliveryEvent.NotTracked.class,
                            DeliveryCodec::writeNotTracked,
                            DeliveryCodec::readNotTracked),
                    EventType.of(
                            15,
                            DeliveryEvent.Notified.class,
                            DeliveryCodec::writeNotified,
                            DeliveryCodec::readNotified),
                    EventType.of(
                            16,
                            DeliveryEvent.Rendered.class,
                            DeliveryCodec::writeRendered,
                            DeliveryCodec::readRendered));

    private DeliveryCodec() {}

    private static void writeRuled(Encoder to, DeliveryEvent.Ruled e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).number(e.attempt());
        OutcomeCodec.disposition(to, e.disposition());
        to.optional(e.hop(), DeliveryCodec::hop);
    }

    private static DeliveryEvent.Ruled readRuled(
            Decoder from, Function<Decoder, DeliveryEvent.Hop> hop) {
        return new DeliveryEvent.Ruled(
                MessageCodec.recipientId(from),
                from.instant(),
                from.small(),
                OutcomeCodec.disposition(from),
                from.optional(hop));
    }

    private static void hop(Encoder to, DeliveryEvent.Hop hop) {
        to.text(hop.site()).text(hop.host()).text(hop.address()).text(hop.source());
        to.optional(hop.tls(), DeliveryCodec::tls).number(hop.took().toMillis());
        to.number(hop.waited().toMillis()).number(hop.connecting().toMillis());
    }

    private static DeliveryEvent.Hop hop(Decoder from) {
        return new DeliveryEvent.Hop(
                from.text(),
                from.text(),
                from.text(),
                from.text(),
                tls(from),
                Duration.ofMillis(from.number()),
                Duration.ofMillis(from.number()),
                Duration.ofMillis(from.number()));
    }

    /** Layouts 1 and 2: without what came before the transaction. */
    private static DeliveryEvent.Hop shortHop(
            Decoder from, Function<Decoder, Optional<TlsFacts>> tls) {
        return new DeliveryEvent.Hop(
                from.text(),
                from.text(),
                from.text(),
                from.text(),
                tls.apply(from),
                Duration.ofMillis(from.number()));
    }

    private static void tls(Encoder to, TlsFacts facts) {
        to.text(facts.protocol()).text(facts.cipher()).choice(facts.peer());
    }

    private static Optional<TlsFacts> tls(Decoder from) {
        return from.optional(
                d -> new TlsFacts(d.text(), d.text(), d.choice(TlsFacts.Peer.values())));
    }

    /** Layout 1: protocol and cipher as one text, empty in clear. */
    private static Optional<TlsFacts> tlsText(Decoder from) {
        return Optional.of(from.text()).filter(text -> !text.isEmpty()).map(TlsFacts::unproven);
    }

    private static void writeRendered(Encoder to, DeliveryEvent.Rendered e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).number(e.links()).flag(e.pixel());
    }

    private static DeliveryEvent.Rendered readRendered(Decoder from) {
        return new DeliveryEvent.Rendered(
                MessageCodec.recipientId(from), from.instant(), from.small(), from.flag());
    }

    private static void writeNotTracked(Encoder to, DeliveryEvent.NotTracked e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.why());
    }

    private static DeliveryEvent.NotTracked readNotTracked(Decoder from) {
        return new DeliveryEvent.NotTracked(
                MessageCodec.recipientId(from), from.instant(), from.text());
    }

    private static void writeNotified(Encoder to, DeliveryEvent.Notified e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.action());
        to.optional(e.notice(), (encoder, id) -> encoder.fixed(id.value())).text(e.detail());
    }

    private static DeliveryEvent.Notified readNotified(Decoder from) {
        return new DeliveryEvent.Notified(
                MessageCodec.recipientId(from),
                from.instant(),
                from.text(),
                from.optional(d -> new MailId(d.fixed())),
                from.text());
    }
}
