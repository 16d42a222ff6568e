package facteur.store.codec;

import facteur.mail.event.ShapingEvent;

import java.util.List;

/** Stored forms of how much is sent to a site. */
final class ShapingCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                            12,
                            ShapingEvent.Suspended.class,
                            (to, e) -> path(to, e).instant(e.until()).text(e.cause()),
                            ShapingCodec::suspended),
                    EventType.of(
                            13,
                            ShapingEvent.Slowed.class,
                            (to, e) ->
                                    path(to, e)
                                            .instant(e.until())
                                            .number(e.perHour())
                                            .text(e.cause()),
                            ShapingCodec::slowed),
                    EventType.of(
                            14,
                            ShapingEvent.Limited.class,
                            (to, e) -> path(to, e).number(e.connections()),
                            ShapingCodec::limited));

    private ShapingCodec() {}

    private static Encoder path(Encoder to, ShapingEvent event) {
        return to.text(event.source()).text(event.site()).instant(event.at());
    }

    private static ShapingEvent.Suspended suspended(Decoder from) {
        return new ShapingEvent.Suspended(
                from.text(), from.text(), from.instant(), from.instant(), from.text());
    }

    private static ShapingEvent.Slowed slowed(Decoder from) {
        return new ShapingEvent.Slowed(
                from.text(),
                from.text(),
                from.instant(),
                from.instant(),
                from.small(),
                from.text());
    }

    private static ShapingEvent.Limited limited(Decoder from) {
        return new ShapingEvent.Limited(from.text(), from.text(), from.instant(), from.small());
    }
}
