package facteur.mta.notice;

import facteur.config.NoticeSettings;
import facteur.mail.event.DeliveryEvent;
import facteur.mail.message.Envelope;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Disposition;

import java.time.Instant;
import java.util.Optional;

/** Which senders get a DSN for what. Pure. */
final class DsnPolicy {
    private DsnPolicy() {}

    /**
     * The DSN that a ruling may lead to; empty when none does.
     *
     * @param relayed whether a host took it that sends no notices, although one was asked for
     * @param acceptedAt when the message was taken over
     */
    static Optional<DsnAction> about(
            DeliveryEvent.Ruled ruling,
            boolean relayed,
            Instant acceptedAt,
            NoticeSettings settings) {
        return switch (ruling.disposition()) {
            case Disposition.SoftBounce _, Disposition.HardBounce _ ->
                    settings.failures() == NoticeSettings.When.NEVER
                            ? Optional.empty()
                            : Optional.of(DsnAction.FAILED);
            case Disposition.Deferred _ ->
                    settings.delays() == NoticeSettings.When.NEVER
                                    || ruling.at().isBefore(acceptedAt.plus(settings.delayAfter()))
                            ? Optional.empty()
                            : Optional.of(DsnAction.DELAYED);
            case Disposition.Delivered _ ->
                    relayed && settings.relays()
                            ? Optional.of(DsnAction.RELAYED)
                            : Optional.empty();
            // Who was suppressed or withdrawn was so by the sender's own lists and orders.
            case Disposition.Abandoned _, Disposition.Withdrawn _ -> Optional.empty();
        };
    }

    /** Whether the sender wants a DSN; one with the null path never gets one (RFC 5321 4.5.5). */
    static boolean isWanted(
            DsnAction dsnAction, Envelope envelope, Recipient recipient, NoticeSettings settings) {
        if (envelope.from().mailbox().isEmpty()
                || recipient.notifyOn().contains(Recipient.Notify.NEVER)) {
            return false;
        }
        Recipient.Notify condition =
                switch (dsnAction) {
                    case FAILED -> Recipient.Notify.FAILURE;
                    case DELAYED -> Recipient.Notify.DELAY;
                    case RELAYED -> Recipient.Notify.SUCCESS;
                };
        boolean asked = recipient.notifyOn().contains(condition);
        NoticeSettings.When when =
                switch (dsnAction) {
                    case FAILED -> settings.failures();
                    case DELAYED -> settings.delays();
                    case RELAYED -> NoticeSettings.When.ASKED;
                };
        return switch (when) {
            case NEVER -> false;
            case ASKED -> asked;
            // RFC 3461 4.1: a sender who named other conditions did not want this one.
            case ALWAYS -> asked || recipient.notifyOn().isEmpty();
        };
    }
}
