package facteur.store.fold;

import facteur.mail.message.RecipientId;
import facteur.mail.outcome.BounceCategory;
import facteur.mail.status.Delivery;
import facteur.mail.status.Engagement;
import facteur.mail.status.Status;
import facteur.store.codec.Decoder;
import facteur.store.codec.Encoder;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * All that is known of one recipient of one message.
 *
 * @param origin what its message said; empty while only later events have been seen
 * @param attempts tries so far
 * @param nextTry when the next one is due, {@link Instant#EPOCH} when none is
 * @param category what the last refusal was about
 * @param rule the rule that ruled it
 * @param reply what was last answered, or why it was not sent; at most 512 characters
 * @param site the destination of the last attempt
 */
public record RecipientRow(
        Optional<Origin> origin,
        Delivery delivery,
        int attempts,
        Instant nextTry,
        Optional<BounceCategory> category,
        String rule,
        String reply,
        String site,
        Engagement engagement,
        Set<Badge> badges) {
    /** What is shown beside the status. */
    public enum Badge {
        COMPLAINED,
        UNSUBSCRIBED,
        LATE_BOUNCE,
        /** A report said that a mailbox behind this one failed. */
        FORWARD_FAILED,
        AUTO_REPLIED,
        NOT_TRACKED,
        /** Hits were found to be a machine's after they had been counted. */
        REVISED
    }

    /**
     * What the accepted message says of the recipient.
     *
     * @param campaign 0 for none
     * @param domain of the address
     * @param senderDomain of the reverse-path, or empty
     */
    public record Origin(
            long contact, long campaign, String domain, String senderDomain, Instant at) {}

    static final int MAX_REPLY = 512;

    static final RecipientRow UNKNOWN =
            new RecipientRow(
                    Optional.empty(),
                    new Delivery(Delivery.State.QUEUED, Instant.EPOCH),
                    0,
                    Instant.EPOCH,
                    Optional.empty(),
                    "",
                    "",
                    "",
                    Engagement.NONE,
                    Set.of());

    public RecipientRow {
        badges = Set.copyOf(badges);
    }

    public Status status(boolean robotsIncluded) {
        return Status.of(delivery, engagement, robotsIncluded);
    }

    /** Whether any attempt came as far as a host. */
    boolean hasMetHost() {
        return !site.isEmpty();
    }

    boolean isPending() {
        return origin.isPresent() && !delivery.state().isFinal();
    }

    RecipientRow withOrigin(Origin known) {
        Delivery queued = new Delivery(Delivery.State.QUEUED, known.at());
        boolean untouched = delivery.state() == Delivery.State.QUEUED;
        return new RecipientRow(
                Optional.of(known),
                untouched ? queued : delivery,
                attempts,
                nextTry,
                category,
                rule,
                reply,
                site,
                engagement,
                badges);
    }

    RecipientRow withEngagement(Engagement changed) {
        return new RecipientRow(
                origin, delivery, attempts, nextTry, category, rule, reply, site, changed, badges);
    }

    RecipientRow withBadge(Badge badge) {
        Set<Badge> more = EnumSet.of(badge);
        more.addAll(badges);
        return new RecipientRow(
                origin, delivery, attempts, nextTry, category, rule, reply, site, engagement, more);
    }

    /** Without what a remote server said, which often repeats the address. */
    RecipientRow anonymous() {
        return new RecipientRow(
                origin, delivery, attempts, nextTry, category, rule, "", site, engagement, badges);
    }

    byte[] encode() {
        Encoder to = new Encoder().octet(1);
        to.optional(
                origin,
                (e, o) ->
                        e.number(o.contact())
                                .number(o.campaign())
                                .text(o.domain())
                                .text(o.senderDomain())
                                .instant(o.at()));
        to.choice(delivery.state()).instant(delivery.at()).number(attempts).instant(nextTry);
        to.optional(category, Encoder::choice).text(rule).text(reply).text(site);
        boolean isEngaged = !engagement.equals(Engagement.NONE);
        to.flag(isEngaged);
        if (isEngaged) {
            to.number(engagement.humanOpens()).number(engagement.machineOpens());
            to.number(engagement.humanClicks()).number(engagement.machineClicks());
            to.instant(engagement.firstOpen()).instant(engagement.lastOpen());
            to.instant(engagement.firstClick())
                    .instant(engagement.lastClick())
                    .instant(engagement.lastHuman());
        }
        return to.set(badges, Encoder::choice).toBytes();
    }

    public static RecipientRow decode(byte[] octets) {
        Decoder from = new Decoder(octets);
        int version = from.octet();
        if (version != 1) {
            throw new facteur.store.codec.CorruptRecord("recipient row in layout " + version);
        }
        return new RecipientRow(
                from.optional(
                        d -> new Origin(d.number(), d.number(), d.text(), d.text(), d.instant())),
                new Delivery(from.choice(Delivery.State.values()), from.instant()),
                from.small(),
                from.instant(),
                from.optional(d -> d.choice(BounceCategory.values())),
                from.text(),
                from.text(),
                from.text(),
                from.flag() ? engagement(from) : Engagement.NONE,
                Set.copyOf(from.list(d -> d.choice(Badge.values()))));
    }

    private static Engagement engagement(Decoder from) {
        return new Engagement(
                from.small(),
                from.small(),
                from.small(),
                from.small(),
                from.instant(),
                from.instant(),
                from.instant(),
                from.instant(),
                from.instant());
    }

    /** A row with the key that it was found under. */
    public record Found(RecipientId id, RecipientRow row) {}
}
