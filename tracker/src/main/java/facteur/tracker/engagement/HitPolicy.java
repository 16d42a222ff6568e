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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Turns hits into events: as much as may be recorded now, judged by the rules, by how soon they
 * came after the delivery, and by what the same source did around them. Owned by the recorder's
 * thread.
 */
public final class HitPolicy {
    /** No person opens a message within two seconds of its delivery. */
    static final Duration TOO_SOON = Duration.ofSeconds(2);

    /**
     * So many hits of one copy are told one by one, by what the views know: this holds beyond a
     * restart, and where more recipients and links are hit than {@link RecordedHits} remembers.
     */
    static final int MOST_OF_A_COPY = 1_000;

    private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int REMEMBERED = 1 << 17;

    // Later than any hit, and within what a Duration can bridge.
    private static final Instant END = Instant.parse("9999-01-01T00:00:00Z");

    private final Supplier<RobotRules> rules;
    private final Standings standings;
    private final Bursts bursts;
    private final RepeatedHits repeatedHits;
    private final AnonymousCounts anonymousCounts = new AnonymousCounts();
    private final Fingerprints fingerprints = new Fingerprints();
    private final RecordedHits recordedHits = new RecordedHits(REMEMBERED);
    private final SurplusHits surplusHits = new SurplusHits();
    private final LongAdder uncounted = new LongAdder();
    private final AgentBook agents = new AgentBook();

    /** Says what is known when hits arrive. */
    @FunctionalInterface
    public interface Standings {
        /** Of each token, in their order. */
        List<HitContext> of(List<Token> tokens);
    }

    /**
     * @param rules those in force
     */
    public HitPolicy(Supplier<RobotRules> rules, Standings standings) {
        this.rules = rules;
        this.standings = standings;
        this.bursts = new Bursts(fingerprints);
        this.repeatedHits = new RepeatedHits(fingerprints);
    }

    /**
     * What is to be recorded once some hits have come, in the order of their times and within a
     * moment.
     */
    public List<Event> events(List<Hit> hits) {
        List<Event> events = new ArrayList<>(hits.size());
        if (hits.isEmpty()) {
            return events;
        }
        over(hits.getFirst().at(), events);
        List<First> firsts = firsts(hits, events);
        List<HitContext> known = standings.of(tokens(firsts));
        RobotRules now = rules.get();
        for (int i = 0; i < firsts.size(); i++) {
            record(firsts.get(i), known.get(i), now, events);
        }
        return events;
    }

    /**
     * A hit that repeats none.
     *
     * @param place in {@link #repeatedHits}
     */
    private record First(Hit hit, int place) {}

    private List<First> firsts(List<Hit> hits, List<Event> events) {
        List<First> firsts = new ArrayList<>(hits.size());
        for (Hit hit : hits) {
            int place = hit.isOptedOut() ? RepeatedHits.REPEATED : repeatedHits.first(hit, events);
            if (place != RepeatedHits.REPEATED) {
                firsts.add(new First(hit, place));
            }
        }
        return firsts;
    }

    private static List<Token> tokens(List<First> firsts) {
        List<Token> tokens = new ArrayList<>(firsts.size());
        for (First first : firsts) {
            tokens.add(first.hit().token());
        }
        return tokens;
    }

    /** What is to be recorded of earlier hits, now that some time has passed. */
    public List<Event> over(Instant now) {
        List<Event> events = new ArrayList<>();
        over(now, events);
        return events;
    }

    private void over(Instant now, List<Event> events) {
        repeatedHits.over(now, events);
        anonymousCounts.over(now, events);
        if (!now.equals(END)) {
            surplusHits.over(now, events);
        }
    }

    /** The rest of it, when nothing more will come. */
    public List<Event> rest() {
        List<Event> events = over(END);
        surplusHits.rest(events);
        return events;
    }

    /** Hits that were not even counted, because too many recipients had too many. */
    public long uncounted() {
        return uncounted.sum();
    }

    private void record(First first, HitContext known, RobotRules now, List<Event> events) {
        Hit hit = first.hit();
        AgentBook.Entry agent = agents.of(hit.agent(), now);
        HitVerdict hitVerdict = timed(now.judge(hit, agent.rule()), hit, known, now);
        switch (known.mode()) {
            case FULL -> named(first, known, new JudgedHit(hitVerdict, agent.family()), events);
            case AGGREGATE -> count(hit, hitVerdict);
            case HYGIENE -> seen(hit, hitVerdict, events);
            case OFF -> {}
        }
    }

    private void named(First first, HitContext known, JudgedHit judgedHit, List<Event> events) {
        Hit hit = first.hit();
        if (!(hit.token() instanceof Token.Personal personal)) {
            count(hit, judgedHit.verdict());
            return;
        }
        JudgedHit told =
                bursts.isKnown(personal.recipient(), hit.client(), hit.at())
                        ? judgedHit.asBurst()
                        : judgedHit;
        if (!isToldByItself(hit, known)) {
            addSurplus(hit, told.verdict(), 1 + repeatedHits.release(first.place()));
            return;
        }
        told.event(hit.token(), hit.at(), 0).ifPresent(events::add);
        if (!told.verdict().audience().isMachine()) {
            recognise(personal.recipient(), hit, known, events);
        }
        repeatedHits.recorded(first.place(), told);
        if (hit.token() instanceof Token.Click(RecipientId recipient, int link, _)) {
            bursts.clicked(recipient, hit.client(), link, hit.at())
                    .ifPresent(
                            since ->
                                    events.add(
                                            new EngagementEvent.Revised(
                                                    recipient,
                                                    hit.at(),
                                                    since,
                                                    hit.at(),
                                                    HitVerdict.BURST_REASON)));
        }
    }

    /**
     * A person who comes back from a network that they share with machines sits there, and may as
     * well have made the first click. One who comes from elsewhere tells nothing about it: scanners
     * look at the mail of people.
     */
    private void recognise(RecipientId recipient, Hit hit, HitContext known, List<Event> events) {
        rules.get()
                .unhurried(hit, since(known, hit))
                .filter(
                        rule ->
                                recordedHits.admits(
                                        fingerprints.of(recipient, rule.id()),
                                        1,
                                        hit.at().toEpochMilli()))
                .ifPresent(
                        rule ->
                                events.add(
                                        new EngagementEvent.Recognised(
                                                recipient, hit.at(), rule.id())));
    }

    private boolean isToldByItself(Hit hit, HitContext known) {
        return known.hits() < MOST_OF_A_COPY
                && recordedHits.admits(
                        fingerprints.of(hit.token()), RecordedHits.MOST, hit.at().toEpochMilli());
    }

    private void addSurplus(Hit hit, HitVerdict hitVerdict, int hits) {
        if (!surplusHits.count(hit.token(), hitVerdict.audience().isMachine(), hits, hit.at())) {
            uncounted.add(hits);
        }
    }

    private void count(Hit hit, HitVerdict hitVerdict) {
        boolean isMachine = hitVerdict.audience().isMachine();
        switch (hit.token()) {
            case Token.Click(var recipient, int link, String target) ->
                    anonymousCounts.count(recipient.message(), link, target, isMachine, hit.at());
            case Token.AnonymousClick(var message, int link, String target) ->
                    anonymousCounts.count(message, link, target, isMachine, hit.at());
            case Token.Open(var recipient) ->
                    anonymousCounts.count(
                            recipient.message(),
                            ReadershipEvent.Counted.PIXEL,
                            "",
                            isMachine,
                            hit.at());
            case Token.AnonymousOpen(var message) ->
                    anonymousCounts.count(
                            message, ReadershipEvent.Counted.PIXEL, "", isMachine, hit.at());
            case Token.Unsubscribe _, Token.ReturnPath _ -> {}
        }
    }

    /** The day alone; what a machine did tells nothing about a person. */
    private void seen(Hit hit, HitVerdict hitVerdict, List<Event> events) {
        if (!hitVerdict.audience().isMachine()
                && hit.token() instanceof Token.Personal personal
                && recordedHits.admits(
                        fingerprints.of(hit.token(), hit.at().getEpochSecond() / DAY_SECONDS),
                        1,
                        hit.at().toEpochMilli())) {
            events.add(
                    new EngagementEvent.Seen(
                            personal.recipient(), hit.at().truncatedTo(ChronoUnit.DAYS)));
        }
    }

    private static Optional<Duration> since(HitContext known, Hit hit) {
        return known.deliveredAt().map(at -> Duration.between(at, hit.at()));
    }

    private static HitVerdict timed(
            HitVerdict hitVerdict, Hit hit, HitContext known, RobotRules now) {
        if (hitVerdict.audience().isMachine()) {
            return hitVerdict;
        }
        Optional<Duration> since = since(known, hit);
        if (since.filter(passed -> passed.compareTo(TOO_SOON) < 0).isPresent()) {
            return new HitVerdict(
                    Audience.PROBABLE_MACHINE,
                    hitVerdict.because(HitVerdict.TOO_SOON_REASON).reasons());
        }
        boolean isClick =
                hit.token() instanceof Token.Click || hit.token() instanceof Token.AnonymousClick;
        return isClick
                ? now.hasty(hit, since)
                        .map(
                                rule ->
                                        new HitVerdict(
                                                rule.audience(),
                                                hitVerdict.because(rule.id()).reasons()))
                        .orElse(hitVerdict)
                : hitVerdict;
    }
}
