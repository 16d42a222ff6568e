package facteur.store.fold;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.FeedbackEvent;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.outcome.Disposition;
import facteur.mail.status.Delivery;
import facteur.store.query.RecipientState;
import facteur.store.query.RecipientState.Badge;

import java.time.Instant;
import java.util.Optional;

/**
 * What delivery and feedback events make of a recipient's row: a join, whatever the order in which
 * they arrive.
 */
final class RecipientFold {
    private RecipientFold() {}

    static RecipientState apply(RecipientState row, DeliveryEvent event) {
        return switch (event) {
            case DeliveryEvent.Ruled ruled -> ruled(row, ruled);
            case DeliveryEvent.NotTracked _ -> RecipientRow.withBadge(row, Badge.NOT_TRACKED);
            case DeliveryEvent.Rendered _, DeliveryEvent.Notified _ -> row;
        };
    }

    static RecipientState apply(RecipientState row, FeedbackEvent event) {
        return switch (event) {
            case FeedbackEvent.Bounced bounced when bounced.forwarded() ->
                    RecipientRow.withBadge(row, Badge.FORWARD_FAILED);
            case FeedbackEvent.Bounced bounced -> {
                Delivery.State state =
                        bounced.hard() ? Delivery.State.HARD_BOUNCE : Delivery.State.SOFT_BOUNCE;
                Ruling ruling =
                        new Ruling(
                                new Delivery(state, bounced.at()),
                                Instant.EPOCH,
                                Optional.of(bounced.why().category()),
                                bounced.why().rule(),
                                bounced.evidence().toString());
                yield RecipientRow.withBadge(
                        join(row, ruling, row.attempts(), row.site()), Badge.LATE_BOUNCE);
            }
            case FeedbackEvent.Noted noted when noted.kind().equals("auto_reply") ->
                    RecipientRow.withBadge(row, Badge.AUTO_REPLIED);
            case FeedbackEvent.Noted _, FeedbackEvent.HardBounceReverted _ -> row;
            case FeedbackEvent.Complained _ -> RecipientRow.withBadge(row, Badge.COMPLAINED);
        };
    }

    private static RecipientState ruled(RecipientState row, DeliveryEvent.Ruled event) {
        String site = event.hop().map(DeliveryEvent.Hop::site).orElse(row.site());
        return join(
                row,
                ruling(event.disposition(), event.at()),
                Math.max(row.attempts(), event.attempt()),
                site);
    }

    private record Ruling(
            Delivery delivery,
            Instant nextTry,
            Optional<BounceCategory> category,
            String rule,
            String reply) {}

    private static Ruling ruling(Disposition disposition, Instant at) {
        return switch (disposition) {
            case Disposition.Delivered(var evidence) ->
                    new Ruling(
                            new Delivery(Delivery.State.DELIVERED, at),
                            Instant.EPOCH,
                            Optional.empty(),
                            "",
                            evidence.toString());
            case Disposition.Deferred(var why, var evidence, var retryAt) ->
                    new Ruling(
                            new Delivery(Delivery.State.DEFERRED, at),
                            retryAt,
                            Optional.of(why.category()),
                            why.rule(),
                            evidence.toString());
            case Disposition.SoftBounce(var why, var evidence) ->
                    new Ruling(
                            new Delivery(Delivery.State.SOFT_BOUNCE, at),
                            Instant.EPOCH,
                            Optional.of(why.category()),
                            why.rule(),
                            evidence.toString());
            case Disposition.HardBounce(var why, var evidence) ->
                    new Ruling(
                            new Delivery(Delivery.State.HARD_BOUNCE, at),
                            Instant.EPOCH,
                            Optional.of(why.category()),
                            why.rule(),
                            evidence.toString());
            case Disposition.Abandoned(var cause, var because) ->
                    new Ruling(
                            new Delivery(Delivery.State.ABANDONED, at),
                            Instant.EPOCH,
                            Optional.empty(),
                            cause.key(),
                            because);
            case Disposition.Withdrawn(var operator, var why) ->
                    new Ruling(
                            new Delivery(Delivery.State.ABANDONED, at),
                            Instant.EPOCH,
                            Optional.empty(),
                            "withdrawn",
                            operator + ": " + why);
        };
    }

    private static RecipientState join(
            RecipientState row, Ruling ruling, int attempts, String site) {
        Delivery joined = row.delivery().join(ruling.delivery());
        if (!joined.equals(ruling.delivery()) || row.delivery().equals(ruling.delivery())) {
            return new RecipientState(
                    row.origin(),
                    row.delivery(),
                    attempts,
                    row.nextTry(),
                    row.category(),
                    row.rule(),
                    row.reply(),
                    site,
                    row.engagement(),
                    row.badges());
        }
        return new RecipientState(
                row.origin(),
                joined,
                attempts,
                ruling.nextTry(),
                ruling.category(),
                ruling.rule(),
                cut(ruling.reply()),
                site,
                row.engagement(),
                row.badges());
    }

    private static String cut(String text) {
        return text.length() <= RecipientRow.MAX_REPLY
                ? text
                : text.substring(0, RecipientRow.MAX_REPLY);
    }
}
