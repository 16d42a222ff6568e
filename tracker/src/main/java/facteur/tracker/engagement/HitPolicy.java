package facteur.tracker.engagement;

import facteur.mail.event.EngagementEvent;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.message.RecipientId;
import facteur.mail.token.Token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Turns hits into events: judged by the rules, by how soon they came after the delivery, and by
 * what the same source did around them. Equal hits within a minute are one. Owned by the recorder's
 * thread.
 */
public final class HitPolicy {
    /** Nobody opens a message within two seconds of its delivery. */
    static final Duration TOO_SOON = Duration.ofSeconds(2);

    static final Duration REPEAT = Duration.ofSeconds(60);
    private static final int MOST = 100_000;

    private final RobotRules rules;
    private final Function<RecipientId, Optional<Instant>> deliveredAt;
    private final Bursts bursts = new Bursts();
    private final Map<Same, Instant> recent = new LinkedHashMap<>();

    private record Same(Token token, java.net.InetAddress client, String agent) {}

    /**
     * @param deliveredAt when the recipient's server accepted the message, where that is known yet
     */
    public HitPolicy(RobotRules rules, Function<RecipientId, Optional<Instant>> deliveredAt) {
        this.rules = rules;
        this.deliveredAt = deliveredAt;
    }

    /** The events that a hit amounts to; none for a repetition, and for what names no recipient. */
    public List<EngagementEvent> events(Hit hit) {
        if (isRepeat(hit)) {
            return List.of();
        }
        return switch (hit.token()) {
            case Token.Open(RecipientId recipient) -> List.of(opened(hit, recipient));
            case Token.Click(RecipientId recipient, int link, String target) ->
                    clicked(hit, recipient, link, target);
            case Token.AnonymousOpen _,
                    Token.AnonymousClick _,
                    Token.Unsubscribe _,
                    Token.ReturnPath _ ->
                    List.of();
        };
    }

    private boolean isRepeat(Hit hit) {
        var oldest = recent.entrySet().iterator();
        while (oldest.hasNext()) {
            Instant at = oldest.next().getValue();
            if (recent.size() <= MOST && Duration.between(at, hit.at()).compareTo(REPEAT) < 0) {
                break;
            }
            oldest.remove();
        }
        Same same = new Same(hit.token(), hit.client(), hit.agent());
        return recent.putIfAbsent(same, hit.at()) != null;
    }

    private EngagementEvent opened(Hit hit, RecipientId recipient) {
        Verdict verdict = timed(rules.judge(hit), hit, recipient);
        return new EngagementEvent.Opened(
                recipient,
                hit.at(),
                verdict.audience(),
                verdict.reasons(),
                Agents.family(hit.agent()),
                0);
    }

    private List<EngagementEvent> clicked(Hit hit, RecipientId recipient, int link, String target) {
        Verdict verdict = timed(rules.judge(hit), hit, recipient);
        Optional<Instant> since = bursts.clicked(recipient, hit.client(), link, hit.at());
        List<EngagementEvent> events = new ArrayList<>();
        events.add(
                new EngagementEvent.Clicked(
                        recipient,
                        hit.at(),
                        verdict.audience(),
                        verdict.reasons(),
                        Agents.family(hit.agent()),
                        0,
                        link,
                        target));
        since.ifPresent(
                from ->
                        events.add(
                                new EngagementEvent.Revised(
                                        recipient, hit.at(), from, hit.at(), "burst")));
        return events;
    }

    private Verdict timed(Verdict verdict, Hit hit, RecipientId recipient) {
        if (verdict.audience().isMachine()) {
            return verdict;
        }
        Optional<Instant> delivered = deliveredAt.apply(recipient);
        boolean tooSoon =
                delivered.isPresent()
                        && Duration.between(delivered.get(), hit.at()).compareTo(TOO_SOON) < 0;
        if (!tooSoon) {
            return verdict;
        }
        Set<String> reasons = new HashSet<>(verdict.reasons());
        reasons.add("too-soon");
        return new Verdict(Audience.PROBABLE_MACHINE, reasons);
    }
}
