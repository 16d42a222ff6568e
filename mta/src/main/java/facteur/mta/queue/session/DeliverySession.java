package facteur.mta.queue.session;

import facteur.mail.event.DeliveryEvent;
import facteur.mail.event.Event;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Disposition;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.outcome.TlsFacts;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.disposition.DispositionPolicy;
import facteur.mta.queue.egress.EgressPath;
import facteur.mta.queue.egress.PathSession;
import facteur.mta.queue.record.OutcomePolicy;
import facteur.mta.queue.record.OutcomeRecorder;
import facteur.mta.queue.schedule.QueuedRecipient;
import facteur.mta.shaping.PathSignal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * One session and what it carries. It takes a message when the host is ready for one <em>and</em>
 * the outcome of the last is on disk; where the host allows it also one ahead, whose content the
 * session withholds until then. Owned by the queue's thread; signals of the session are posted
 * there.
 *
 * <pre>
 *   carry -> (copy is made) -> made -> assign ... reported -> record -> (on disk) -> recorded
 *                                |                  |                                   |
 *                                +- ahead: one more +                        free, or the next
 * </pre>
 *
 * What a session took and the host did not look at goes back to the front of its path, and no
 * attempt is counted. What came back twice in a row lets the others go first, and what came back
 * {@link #RETURNS} times is charged with why, since a message that ends every session would be
 * tried without end.
 */
public final class DeliverySession implements Connector.SessionListener, PathSession {
    private static final Logger log = LoggerFactory.getLogger(DeliverySession.class);

    static final int RETURNS = 3;
    // What is under way, and what follows it.
    private static final int LOADS = 2;

    private final SessionContext context;
    private final EgressPath path;
    private final Connector.OutboundSession session;
    private final Duration opening;
    // Those given to the session and not reported yet; the first is in progress.
    private final Deque<Load> loads = new ArrayDeque<>(LOADS);
    // For whom a copy is being made; mostly none.
    private List<QueuedRecipient> making = List.of();
    private boolean hostReady;
    // Outcomes that are on their way to the disk.
    private int recording;
    private boolean closed;
    private boolean leaving;
    private boolean answered;
    private int given;
    private Instant idleSince = Instant.EPOCH;
    private boolean idleWatched;

    /**
     * One message with the recipients of it that a session carries.
     *
     * @param first whether the connection was opened for it
     * @param ahead whether another one was under way when it was given
     * @param marking of the copy, to be told beside the outcome
     * @param relayed of which a notice of success is wanted that the host does not send
     * @param since when it was given
     */
    private record Load(
            List<QueuedRecipient> recipients,
            boolean first,
            boolean ahead,
            Optional<MessageRenderer.Marking> marking,
            BitSet relayed,
            Instant since) {}

    /**
     * @param opening how long it took to open the connection
     */
    DeliverySession(
            SessionContext context,
            EgressPath path,
            Connector.OutboundSession session,
            Duration opening) {
        this.context = context;
        this.path = path;
        this.session = session;
        this.opening = opening;
    }

    // ---- as the path sees it

    @Override
    public int mostRecipients() {
        return session.offer().mostRecipients();
    }

    @Override
    public boolean isCarrying() {
        return !making.isEmpty() || !loads.isEmpty();
    }

    @Override
    public boolean isBusy() {
        return recording > 0 || isCarrying();
    }

    @Override
    public void leave() {
        leaving = true;
        hostReady = false;
        path.leaves(this);
        session.finish();
    }

    @Override
    public void carry(List<QueuedRecipient> recipients) {
        making = recipients;
        given++;
        Instant now = context.owner().now();
        try {
            context.makers()
                    .execute(
                            () -> {
                                TransactionBuilder.Result recipientResult =
                                        context.copies().make(recipients, session.offer(), now);
                                post(() -> made(recipientResult));
                            });
        } catch (RejectedExecutionException e) {
            // The server stops: they are pending after the next start.
            making = List.of();
            log.debug("no copy for {}: the server stops", recipients.getFirst().id(), e);
        }
    }

    /** Whether it has nothing to do. */
    private boolean isFree() {
        return hostReady && recording == 0 && !isCarrying() && !closed && !leaving;
    }

    /** Messages that may go over this connection. */
    private int most() {
        return Math.min(
                path.site().preset().messagesPerConnection(), session.offer().mostMessages());
    }

    /** Copies that are being made, and messages under way with the time since when. */
    public void show(Shown to) {
        if (!making.isEmpty()) {
            to.making(making, session.host());
        }
        loads.forEach(load -> to.underWay(load.recipients(), load.since(), session.host()));
    }

    /** Whom a session carries is shown to. */
    public interface Shown {
        void making(List<QueuedRecipient> recipients, String host);

        void underWay(List<QueuedRecipient> recipients, Instant since, String host);
    }

    // ---- signals of the session, on any thread

    @Override
    public void ready(Connector.OutboundSession itself) {
        post(
                () -> {
                    hostReady = true;
                    proceed();
                });
    }

    @Override
    public void unusable(Evidence why) {
        throw new IllegalStateException("a session that was ready cannot become unusable: " + why);
    }

    @Override
    public void reported(Connector.OutboundSession itself, List<RecipientResult> results) {
        post(() -> settle(results));
    }

    @Override
    public void returned(Connector.OutboundSession itself, Evidence why) {
        post(() -> giveBack(why));
    }

    @Override
    public void closed(Connector.OutboundSession itself) {
        post(this::end);
    }

    private void post(Runnable task) {
        context.owner().post(task);
    }

    // ---- on the queue's thread

    /** What a session does that may have nothing to do. */
    private void proceed() {
        if (!isFree()) {
            return;
        }
        if (given >= most() || context.turnover().isStopping()) {
            leave();
            return;
        }
        if (!path.isFree(this)) {
            path.free(this);
        }
        idleSince = context.owner().now();
        watchIdle();
        context.turnover().touch(path);
    }

    /** One timer for a session, however often it is idle for a moment. */
    private void watchIdle() {
        if (idleWatched) {
            return;
        }
        idleWatched = true;
        Duration most = path.site().preset().idle();
        context.owner()
                .at(
                        idleSince.plus(most),
                        () -> {
                            idleWatched = false;
                            if (path.isFree(this) && !closed) {
                                Duration time = Duration.between(idleSince, context.owner().now());
                                if (time.compareTo(most) >= 0) {
                                    leave();
                                } else {
                                    watchIdle();
                                }
                            }
                        });
    }

    /** One more, while those who wait would otherwise wait for this session to come back. */
    private void ahead() {
        Instant now = context.owner().now();
        boolean able =
                session.offer().pipelining()
                        && loads.size() < LOADS
                        && making.isEmpty()
                        && !closed
                        && !leaving
                        && given < most();
        if (able
                && path.givesAhead(now)
                && !context.turnover().isStopping()
                && !context.turnover().isHeld(path)) {
            carry(path.takeAhead(this, now));
        }
    }

    private void made(TransactionBuilder.Result recipientResult) {
        making = List.of();
        waitAgain(recipientResult.left());
        recordWithheld(recipientResult);
        if (recipientResult.made().isEmpty()) {
            path.notGiven(context.owner().now());
            context.turnover().touch(path);
            proceed();
        } else if (closed) {
            path.notGiven(context.owner().now());
            waitAgain(recipientResult.carried());
        } else {
            MessageRenderer.Made made = recipientResult.made().get();
            hostReady = false;
            loads.add(
                    new Load(
                            recipientResult.carried(),
                            given == 1,
                            !loads.isEmpty(),
                            made.marking(),
                            relayed(made.transaction().recipients()),
                            context.owner().now()));
            assign(made);
            context.turnover().touch(path);
            ahead();
        }
    }

    private BitSet relayed(List<Recipient> recipients) {
        BitSet which = new BitSet();
        for (int i = 0; i < recipients.size(); i++) {
            boolean asked = recipients.get(i).notifyOn().contains(Recipient.Notify.SUCCESS);
            which.set(i, asked && !session.offer().notices());
        }
        return which;
    }

    private void assign(MessageRenderer.Made made) {
        try {
            session.assign(made.transaction(), made.content());
        } catch (RuntimeException e) {
            context.counters().failedTasks().increment();
            log.error("failed to hand a message to the session with {}", session.host(), e);
            session.finish();
            end();
        }
    }

    private void recordWithheld(TransactionBuilder.Result recipientResult) {
        List<OutcomeRecorder.Outcome> outcomes =
                recipientResult.withheld().stream()
                        .map(
                                each ->
                                        new OutcomeRecorder.Outcome(
                                                each.recipient(),
                                                each.disposition(),
                                                each.recipient().attempts(),
                                                Optional.empty()))
                        .toList();
        if (!outcomes.isEmpty()) {
            context.recorder().record(outcomes, List.of(), context.turnover()::deferred);
        }
        recipientResult
                .failed()
                .ifPresent(
                        why ->
                                context.outcomes()
                                        .settleAll(
                                                recipientResult.carried(),
                                                why,
                                                path.site().name()));
    }

    /** The host did not look at the message: it goes on at once, by another session. */
    private void giveBack(Evidence why) {
        Load load = loads.poll();
        if (load == null) {
            return;
        }
        hostReady = false;
        path.unanswered(why, context.owner().now());
        learn(context.outcomes().aboutPath(load.recipients().getFirst(), why, path), load);
        returnAll(load, load.recipients(), why);
    }

    /** Lets those wait again that were not tried, and charges those that came back too often. */
    private void returnAll(Load load, List<QueuedRecipient> untried, Evidence why) {
        List<QueuedRecipient> again = new ArrayList<>(untried.size());
        List<OutcomeRecorder.Outcome> charged = new ArrayList<>();
        List<QueuedRecipient> last = new ArrayList<>();
        Optional<DeliveryEvent.Hop> hop = Optional.of(hop(load));
        for (QueuedRecipient each : untried) {
            QueuedRecipient back = load.ahead() ? each : each.givenBack();
            if (back.returned() <= 1) {
                again.add(back);
            } else if (back.returned() < RETURNS) {
                last.add(back);
            } else {
                charged.add(context.outcomes().of(each, why, path.site().name(), hop).outcome());
            }
        }
        context.counters().returned().add(again.size() + last.size());
        waitAgain(again);
        enqueue(last, recipients -> recipients.forEach(path::add));
        if (!charged.isEmpty()) {
            context.recorder().record(charged, List.of(), context.turnover()::deferred);
        }
    }

    private void settle(List<RecipientResult> results) {
        Load load = loads.poll();
        if (load == null) {
            return;
        }
        hostReady = false;
        answered = true;
        path.answered(results.getLast().evidence());
        Optional<DeliveryEvent.Hop> hop = Optional.of(hop(load));
        List<OutcomeRecorder.Outcome> outcomes = new ArrayList<>(results.size());
        List<Event> told = new ArrayList<>();
        List<QueuedRecipient> untried = new ArrayList<>();
        List<QueuedRecipient> split = new ArrayList<>();
        List<QueuedRecipient> elsewhere = new ArrayList<>();
        List<OutcomePolicy.Judgement> rulings = new ArrayList<>(results.size());
        for (int i = 0; i < results.size(); i++) {
            QueuedRecipient recipient = load.recipients().get(i);
            if (!(results.get(i) instanceof RecipientResult.Tried(Evidence evidence))) {
                untried.add(recipient);
                continue;
            }
            Outcomes.Ruled ruled =
                    context.outcomes()
                            .of(
                                    recipient,
                                    withUnsuited(recipient, evidence),
                                    path.site().name(),
                                    hop);
            if (ruled.ruling().unsuited() && path.site().hasOthers(unsuited(recipient))) {
                elsewhere.add(recipient.unsuitedFor(unsuited(recipient)));
                continue;
            }
            if (ruled.ruling().split() && i > 0) {
                split.add(recipient);
                continue;
            }
            rulings.add(ruled.ruling());
            boolean taken = ruled.outcome().disposition() instanceof Disposition.Delivered;
            outcomes.add(
                    taken && load.relayed().get(i) ? ruled.outcome().asRelayed() : ruled.outcome());
            told(load, recipient).ifPresent(told::add);
        }
        if (!split.isEmpty()) {
            path.site().tookOnly(outcomes.size());
            waitAgain(split);
        }
        if (rulings.isEmpty()) {
            path.notGiven(context.owner().now());
        }
        context.turnover().route(elsewhere);
        learnAll(rulings, load);
        returnAll(load, untried, results.getLast().evidence());
        recording++;
        context.recorder().record(outcomes, told, this::recorded);
        ahead();
    }

    /** The hosts that do not offer what its message needs, this one among them. */
    private Set<String> unsuited(QueuedRecipient recipient) {
        Set<String> hosts = new TreeSet<>(recipient.unsuitedHosts());
        hosts.add(session.host());
        return hosts;
    }

    /** What stands in the way of a message stands in it at the hosts that were met before, too. */
    private static Evidence withUnsuited(QueuedRecipient recipient, Evidence evidence) {
        return evidence instanceof Evidence.Failed(Stage stage, Fault fault, String detail)
                        && DispositionPolicy.isHostUnsuited(evidence)
                        && !recipient.unsuited().isEmpty()
                ? new Evidence.Failed(
                        stage,
                        fault,
                        detail
                                + "; nor do the other hosts offer what it needs: "
                                + recipient.unsuited())
                : evidence;
    }

    private void recorded() {
        recording--;
        session.recorded();
        context.turnover().deferred();
        proceed();
    }

    /** How the copy was made, unless that is on record already. */
    private Optional<Event> told(Load load, QueuedRecipient recipient) {
        return load.marking()
                .filter(_ -> !recipient.handed())
                .map(how -> how.told(recipient.id(), context.owner().wall(load.since())));
    }

    /** One transaction is one observation of each kind: what the site accepted, it supports. */
    private void learnAll(List<OutcomePolicy.Judgement> rulings, Load load) {
        boolean taken = rulings.stream().anyMatch(r -> r.signal() instanceof PathSignal.Taken);
        List<Class<?>> learnt = new ArrayList<>();
        for (OutcomePolicy.Judgement ruling : rulings) {
            if (ruling.signal() instanceof PathSignal.Taken) {
                path.delivered();
            }
            boolean overruled = taken && ruling.signal() instanceof PathSignal.Unclear;
            if (!overruled && !learnt.contains(ruling.signal().getClass())) {
                learnt.add(ruling.signal().getClass());
                learn(ruling, load);
            }
        }
    }

    private void learn(OutcomePolicy.Judgement ruling, Load load) {
        InetAddress host = session.remote().getAddress();
        try {
            ruling.avoid().ifPresent(time -> context.hosts().avoid(host, time));
            context.feedback().learn(path, ruling.signal(), ruling.everySource(), load.since());
        } catch (RuntimeException e) {
            // A lesson less; what the host answered must still be recorded.
            context.counters().failedTasks().increment();
            log.error("failed to learn from {} on {}", ruling.signal(), path.site().name(), e);
        }
    }

    private DeliveryEvent.Hop hop(Load load) {
        return new DeliveryEvent.Hop(
                path.site().name(),
                session.host(),
                session.remote().getAddress().getHostAddress(),
                path.source().name(),
                Optional.of(session.tls()).filter(tls -> !tls.isEmpty()).map(TlsFacts::unproven),
                Duration.between(load.since(), context.owner().now()),
                Duration.ZERO, // each recipient was due at another time
                load.first() ? opening : Duration.ZERO);
    }

    /** Lets those wait again, at the front, that were taken and not tried. */
    private void waitAgain(List<QueuedRecipient> recipients) {
        enqueue(recipients, path::putBack);
    }

    private void enqueue(List<QueuedRecipient> recipients, Consumer<List<QueuedRecipient>> queue) {
        if (recipients.isEmpty()) {
            return;
        }
        if (closed) {
            // Its path may have been let go of since.
            context.turnover().route(recipients);
        } else {
            queue.accept(recipients);
            context.turnover().touch(path);
        }
    }

    private void end() {
        if (closed) {
            return; // told again by a session that was given a message after its end
        }
        // What the session still had when it ended without a word about it was not looked at.
        Evidence lost =
                new Evidence.Failed(
                        Stage.MAIL, Fault.CONNECTION_LOST, "the session ended before the message");
        while (!loads.isEmpty()) {
            giveBack(lost);
        }
        closed = true;
        path.ended(this, answered || leaving || given == 0, context.owner().now());
        context.turnover().connectionEnded(path);
    }
}
