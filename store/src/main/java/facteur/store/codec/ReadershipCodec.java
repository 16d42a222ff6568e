package facteur.store.codec;

import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.MailId;

import java.util.List;

/** Stored forms of what readers did, without their names. */
final class ReadershipCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                            36,
                            ReadershipEvent.Counted.class,
                            ReadershipCodec::writeCounted,
                            ReadershipCodec::readCounted));

    private ReadershipCodec() {}

    private static void writeCounted(Encoder to, ReadershipEvent.Counted e) {
        to.fixed(e.message().value())
                .instant(e.at())
                .number(e.link())
                .text(e.target())
                .flag(e.isMachine())
                .number(e.hits());
    }

    private static ReadershipEvent.Counted readCounted(Decoder from) {
        return new ReadershipEvent.Counted(
                new MailId(from.fixed()),
                from.instant(),
                from.small(),
                from.text(),
                from.flag(),
                from.small());
    }
}
