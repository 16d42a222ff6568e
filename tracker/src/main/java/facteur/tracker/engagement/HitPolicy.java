package facteur.tracker.engagement;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.event.Event;
import facteur.mail.event.ReadershipEvent;
import facteur.mail.message.RecipientId;
import facteur.mail.token.Token;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Turns hits into events: as much as may be recorded now, judged by the rules, by how soon they
 * came after the delivery, and by what the same source did around them. Owned by the recorder's
 * thread.
 */
public final class HitPolicy {
    /** Nobody opens a message within two seconds of its delivery. */
    static final Duration TOO_SOON = Duration.ofSeconds(2);

    static final String TOO_SOON_REASON = "too-soon";

    // Later than any hit, and within what a Duration can bridge.
    private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

    private final Supplier<RobotRules> rules;
    private final Function<Token, Standing> standing;
    private final Bursts bursts = new Bursts();
    private final Repeats repeats = new Repeats();
    private final Nameless nameless = new Nameless();
    private final AgentBook agents = new AgentBook();

    /**
     * @param rules those in force
     * @param standing what is known when the hit arrives
     */
    public HitPolicy(Supplier<RobotRules> rules, Function<Token, Standing> standing) {
        this.rules = rules;
        this.standing = standing;
    }

    /** What is to be recorded once a hit has come; hits come in the order of their times. */
    public List<Event> events(Hit hit) {
        List<Event> events = new ArrayList<>(over(hit.at()));
        events.addAll(atOnce(hit));
        return events;
    }

    private List<Event> atOnce(Hit hit) {
        if (hit.isOptedOut() || repeats.repeats(hit)) {
            return List.of();
        }
        Standing known = standing.apply(hit.token());
        Verdict verdict = timed(judge(hit), hit, known);
        return switch (known.mode()) {
            case FULL -> named(hit, verdict);
            case AGGREGATE -> {
                count(hit, verdict);
                yield List.of();
            }
            case HYGIENE -> seen(hit, verdict);
            case OFF -> List.of();
        };
    }

    /** What is to be recorded of earlier hits, now that some time has passed. */
    public List<Event> over(Instant now) {
        List<Event> over = new ArrayList<>(repeats.over(now));
        over.addAll(nameless.over(now));
        return over;
    }

    /** The rest of it, when nothing more will come. */
    public List<Event> rest() {
        return over(END);
    }

    private Verdict judge(Hit hit) {
        RobotRules now = rules.get();
        return now.judge(hit, agents.of(hit.agent(), now).rule());
    }

    private List<Event> named(Hit hit, Verdict verdict) {
        return switch (hit.token()) {
            case Token.Open(RecipientId recipient) -> {
                EngagementEvent opened =
                        new EngagementEvent.Opened(
                                recipient,
                                hit.at(),
                                verdict.audience(),
                                verdict.reasons(),
                                agents.of(hit.agent(), rules.get()).family(),
                                0);
                repeats.recorded(hit, opened);
                yield List.of(opened);
            }
            case Token.Click click -> clicked(hit, click, verdict);
            case Token.AnonymousOpen _, Token.AnonymousClick _ -> {
                count(hit, verdict);
                yield List.of();
            }
            case Token.Unsubscribe _, Token.ReturnPath _ -> List.of();
        };
    }

    private List<Event> clicked(Hit hit, Token.Click click, Verdict verdict) {
        EngagementEvent clicked =
                new EngagementEvent.Clicked(
                        click.recipient(),
                        hit.at(),
                        verdict.audience(),
                        verdict.reasons(),
                        agents.of(hit.agent(), rules.get()).family(),
                        0,
                        click.link(),
                        click.target());
        repeats.recorded(hit, clicked);
        Optional<Instant> since =
                bursts.clicked(click.recipient(), hit.client(), click.link(), hit.at());
        if (since.isEmpty()) {
            return List.of(clicked);
        }
        return List.of(
                clicked,
                new EngagementEvent.Revised(
                        click.recipient(), hit.at(), since.get(), hit.at(), "burst"));
    }

    private void count(Hit hit, Verdict verdict) {
        boolean isMachine = verdict.audience().isMachine();
        switch (hit.token()) {
            case Token.Click(var recipient, int link, String target) ->
                    nameless.count(recipient.message(), link, target, isMachine, hit.at());
            case Token.AnonymousClick(var message, int link, String target) ->
                    nameless.count(message, link, target, isMachine, hit.at());
            case Token.Open(var recipient) ->
                    nameless.count(
                            recipient.message(),
                            ReadershipEvent.Counted.PIXEL,
                            "",
                            isMachine,
                            hit.at());
            case Token.AnonymousOpen(var message) ->
                    nameless.count(message, ReadershipEvent.Counted.PIXEL, "", isMachine, hit.at());
            case Token.Unsubscribe _, Token.ReturnPath _ -> {}
        }
    }

    /** The day alone; what a machine did tells nothing about a person. */
    private static List<Event> seen(Hit hit, Verdict verdict) {
        return !verdict.audience().isMachine() && hit.token() instanceof Token.Personal personal
                ? List.of(
                        new EngagementEvent.Seen(
                                personal.recipient(), hit.at().truncatedTo(ChronoUnit.DAYS)))
                : List.of();
    }

    private static Verdict timed(Verdict verdict, Hit hit, Standing known) {
        boolean tooSoon =
                known.deliveredAt()
                        .map(at -> Duration.between(at, hit.at()).compareTo(TOO_SOON) < 0)
                        .orElse(false);
        if (!tooSoon || verdict.audience().isMachine()) {
            return verdict;
        }
        Set<String> reasons = new HashSet<>(verdict.reasons());
        reasons.add(TOO_SOON_REASON);
        return new Verdict(Audience.PROBABLE_MACHINE, reasons);
    }
}
