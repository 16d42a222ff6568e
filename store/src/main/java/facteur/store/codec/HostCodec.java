package facteur.store.codec;

import facteur.mail.event.HostEvent;

import java.util.List;

/** Stored forms of what was learnt of a host. */
final class HostCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                            17,
                            HostEvent.TlsWorked.class,
                            (to, e) -> to.text(e.host()).instant(e.at()).text(e.protocol()),
                            HostCodec::tlsWorked),
                    EventType.of(
                            18,
                            HostEvent.TlsFailed.class,
                            HostCodec::writeTlsFailed,
                            HostCodec::readTlsFailed));

    private HostCodec() {}

    private static HostEvent.TlsWorked tlsWorked(Decoder from) {
        return new HostEvent.TlsWorked(from.text(), from.instant(), from.text());
    }

    private static void writeTlsFailed(Encoder to, HostEvent.TlsFailed e) {
        to.text(e.host())
                .instant(e.at())
                .instant(e.since())
                .number(e.tries())
                .flag(e.inClear())
                .text(e.cause());
    }

    private static HostEvent.TlsFailed readTlsFailed(Decoder from) {
        return new HostEvent.TlsFailed(
                from.text(),
                from.instant(),
                from.instant(),
                from.small(),
                from.flag(),
                from.text());
    }
}
