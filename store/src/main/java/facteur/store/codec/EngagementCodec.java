package facteur.store.codec;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;

import java.util.LinkedHashSet;
import java.util.List;

/** Stored forms of what readers did. */
final class EngagementCodec {
    static final List<EventType<?>> TYPES =
            List.of(
                    EventType.of(
                            30,
                            EngagementEvent.Opened.class,
                            EngagementCodec::writeOpened,
                            EngagementCodec::readOpened),
                    EventType.of(
                            31,
                            EngagementEvent.Clicked.class,
                            EngagementCodec::writeClicked,
                            EngagementCodec::readClicked),
                    EventType.of(
                            32,
                            EngagementEvent.Revised.class,
                            EngagementCodec::writeRevised,
                            EngagementCodec::readRevised),
                    EventType.of(
                            33,
                            EngagementEvent.Unsubscribed.class,
                            EngagementCodec::writeUnsubscribed,
                            EngagementCodec::readUnsubscribed),
                    EventType.of(
                            34,
                            EngagementEvent.Seen.class,
                            EngagementCodec::writeSeen,
                            EngagementCodec::readSeen),
                    EventType.of(
                            35,
                            EngagementEvent.TrackingDeclined.class,
                            EngagementCodec::writeTrackingDeclined,
                            EngagementCodec::readTrackingDeclined),
                    EventType.of(
                            37,
                            EngagementEvent.Recognised.class,
                            EngagementCodec::writeRecognised,
                            EngagementCodec::readRecognised));

    private EngagementCodec() {}

    private static void writeOpened(Encoder to, EngagementEvent.Opened e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).choice(e.audience()).set(e.reasons(), Encoder::text);
        to.text(e.agent()).number(e.repeats());
    }

    private static EngagementEvent.Opened readOpened(Decoder from) {
        return new EngagementEvent.Opened(
                MessageCodec.recipientId(from),
                from.instant(),
                from.choice(Audience.values()),
                new LinkedHashSet<>(from.texts()),
                from.text(),
                from.small());
    }

    private static void writeClicked(Encoder to, EngagementEvent.Clicked e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).choice(e.audience()).set(e.reasons(), Encoder::text);
        to.text(e.agent()).number(e.repeats()).number(e.link()).text(e.target());
    }

    private static EngagementEvent.Clicked readClicked(Decoder from) {
        return new EngagementEvent.Clicked(
                MessageCodec.recipientId(from),
                from.instant(),
                from.choice(Audience.values()),
                new LinkedHashSet<>(from.texts()),
                from.text(),
                from.small(),
                from.small(),
                from.text());
    }

    private static void writeRevised(Encoder to, EngagementEvent.Revised e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).instant(e.from()).instant(e.until()).text(e.reason());
    }

    private static EngagementEvent.Revised readRevised(Decoder from) {
        return new EngagementEvent.Revised(
                MessageCodec.recipientId(from),
                from.instant(),
                from.instant(),
                from.instant(),
                from.text());
    }

    private static void writeUnsubscribed(Encoder to, EngagementEvent.Unsubscribed e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.means());
    }

    private static EngagementEvent.Unsubscribed readUnsubscribed(Decoder from) {
        return new EngagementEvent.Unsubscribed(
                MessageCodec.recipientId(from), from.instant(), from.text());
    }

    private static void writeSeen(Encoder to, EngagementEvent.Seen e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at());
    }

    private static EngagementEvent.Seen readSeen(Decoder from) {
        return new EngagementEvent.Seen(MessageCodec.recipientId(from), from.instant());
    }

    private static void writeTrackingDeclined(Encoder to, EngagementEvent.TrackingDeclined e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.means());
    }

    private static EngagementEvent.TrackingDeclined readTrackingDeclined(Decoder from) {
        return new EngagementEvent.TrackingDeclined(
                MessageCodec.recipientId(from), from.instant(), from.text());
    }

    private static void writeRecognised(Encoder to, EngagementEvent.Recognised e) {
        MessageCodec.recipientId(to, e.recipient());
        to.instant(e.at()).text(e.rule());
    }

    private static EngagementEvent.Recognised readRecognised(Decoder from) {
        return new EngagementEvent.Recognised(
                MessageCodec.recipientId(from), from.instant(), from.text());
    }
}
