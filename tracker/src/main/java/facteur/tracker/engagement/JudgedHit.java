package facteur.tracker.engagement;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.message.RecipientId;
import facteur.mail.token.Token;

import java.time.Instant;
import java.util.Optional;

/**
 * What is recorded of a hit beside what it was on.
 *
 * @param family all that is kept of the agent
 */
record JudgedHit(HitVerdict verdict, String family) {
    /** The same of a source that sweeps the links of a copy. */
    JudgedHit asBurst() {
        return new JudgedHit(
                new HitVerdict(
                        Audience.MACHINE, verdict.because(HitVerdict.BURST_REASON).reasons()),
                family);
    }

    /**
     * The event of a hit on one recipient's copy; empty for what has no name on it.
     *
     * @param repeats how many more hits like it there were
     */
    Optional<EngagementEvent> event(Token token, Instant at, int repeats) {
        return switch (token) {
            case Token.Open(RecipientId recipient) ->
                    Optional.of(
                            new EngagementEvent.Opened(
                                    recipient,
                                    at,
                                    verdict.audience(),
                                    verdict.reasons(),
                                    family,
                                    repeats));
            case Token.Click(RecipientId recipient, int link, String target) ->
                    Optional.of(
                            new EngagementEvent.Clicked(
                                    recipient,
                                    at,
                                    verdict.audience(),
                                    verdict.reasons(),
                                    family,
                                    repeats,
                                    link,
                                    target));
            case Token.AnonymousOpen _,
                    Token.AnonymousClick _,
                    Token.Unsubscribe _,
                    Token.ReturnPath _ ->
                    Optional.empty();
        };
    }
}
