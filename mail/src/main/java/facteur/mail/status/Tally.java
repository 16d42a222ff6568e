package facteur.mail.status;

/**
 * Recipients of a campaign, domain, server or day by where they stand. Each is in exactly one of
 * progress, abandoned, delivered, hard and soft.
 *
 * @param recipients all of them
 * @param progress queued or deferred
 * @param abandoned never handed over
 * @param delivered accepted by the receiving server and not bounced later
 * @param hard hard bounces, early or late
 * @param soft soft bounces
 * @param openers of the delivered: opened or clicked, by the chosen view of robots
 * @param clickers of the delivered: clicked
 * @param complaints of the delivered: complained
 * @param unsubscribed of the delivered: unsubscribed
 * @param untracked sent without pixel and links
 */
public record Tally(
        long recipients,
        long progress,
        long abandoned,
        long delivered,
        long hard,
        long soft,
        long openers,
        long clickers,
        long complaints,
        long unsubscribed,
        long untracked) {
    public static final Tally EMPTY = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Both together. */
    public Tally plus(Tally other) {
        return new Tally(
                recipients + other.recipients,
                progress + other.progress,
                abandoned + other.abandoned,
                delivered + other.delivered,
                hard + other.hard,
                soft + other.soft,
                openers + other.openers,
                clickers + other.clickers,
                complaints + other.complaints,
                unsubscribed + other.unsubscribed,
                untracked + other.untracked);
    }
}
