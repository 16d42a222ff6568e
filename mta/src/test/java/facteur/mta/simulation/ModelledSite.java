package facteur.mta.simulation;

import facteur.mail.message.Content;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Capabilities;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.Dialogue;
import facteur.mta.delivery.dialogue.Habits;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.Phase;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Signal;
import facteur.mta.delivery.dialogue.Step;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.queue.owner.Owner;
import facteur.testkit.receiver.ReceiverModel;
import facteur.testkit.receiver.SiteAnswer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A receiver's model behind the real dialogue, in virtual time: what the client sends arrives ten
 * milliseconds later, and so do the replies.
 */
public final class ModelledSite implements Connector {
    private static final Duration ONE_WAY = Duration.ofMillis(10);

    // Time at the site; what arrives there happens also when the client has stopped.
    private final Owner time;
    private final Owner client;
    private final ReceiverModel model;
    private final Watch watch;
    private final List<Session> open = new ArrayList<>();
    private int transactions;

    /** Is told what passes between client and site. */
    public interface Watch {
        /** A line arrives at the site, or leaves it. */
        default void line(OutboundSession session, String line) {}

        /** The content of a message leaves the client. */
        default void leaves(OutboundSession session, Transaction transaction, byte[] content) {}

        /** The client takes a message for one that the site has not looked at. */
        default void returned(OutboundSession session, Transaction transaction) {}

        /** The client has put the outcome of a message on disk. */
        default void recorded(OutboundSession session) {}

        /** The site has a message. */
        default void taken(List<String> to, byte[] content) {}

        /** The site has a message, and the client will not be told. */
        default void unanswered(List<String> to, byte[] content) {}
    }

    /** A site whose client never stops. */
    public ModelledSite(Owner time, ReceiverModel model) {
        this(time, time, model, new Watch() {});
    }

    /**
     * @param client tasks of the client, which may be void from some time on
     */
    public ModelledSite(Owner time, Owner client, ReceiverModel model, Watch watch) {
        this.time = time;
        this.client = client;
        this.model = model;
        this.watch = watch;
    }

    /** Messages that were assigned to a session. */
    public int transactions() {
        return transactions;
    }

    /** The client has stopped; what it sent before still arrives. */
    public void clientStops() {
        for (Session session : List.copyOf(open)) {
            time.at(soon().plusMillis(1), session::isLeft);
        }
    }

    private Instant soon() {
        return time.now().plus(ONE_WAY);
    }

    /** Does something at the client once it has got there. */
    private void atClient(Duration later, Runnable task) {
        client.at(client.now().plus(later), task);
    }

    @Override
    public void connect(
            String host,
            List<InetSocketAddress> to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener) {
        int number = Integer.parseInt(host.substring(2, host.indexOf('.')));
        atClient(
                ONE_WAY.multipliedBy(2),
                () -> {
                    if (!model.isReachable(number, time.now())) {
                        Evidence refused =
                                new Evidence.Failed(
                                        Stage.CONNECT,
                                        Fault.CONNECTION_REFUSED,
                                        "connection refused by " + host);
                        listener.unreachable(to.getFirst(), refused);
                        listener.unusable(refused);
                        return;
                    }
                    listener.connected(to.getFirst());
                    Session session = new Session(host, to.getFirst(), options, listener);
                    open.add(session);
                    session.begin();
                });
    }

    private static final String DOT = ".";
    private static final String CHUNK = "*";
    private static final byte[] NOTHING = {};

    /**
     * A line that arrives.
     *
     * @param content what came before it, of a dot
     */
    private record Line(String text, byte[] content) {}

    private record Assignment(Transaction transaction, Content content) {}

    /** Both ends of one connection. */
    private final class Session implements OutboundSession {
        private final String host;
        private final InetSocketAddress to;
        private final SessionOptions options;
        private final SessionListener listener;
        private final Deque<Assignment> assigned = new ArrayDeque<>();
        private Phase phase;
        private Offer offer = new Offer(Integer.MAX_VALUE, Integer.MAX_VALUE, true, false);
        private long signals;
        private boolean wasReady;
        private boolean told;
        private boolean secured;
        // The server's end.
        private final Deque<Line> arrived = new ArrayDeque<>();
        private boolean underWay;
        private boolean working;
        private boolean hungUp;
        private int taken;
        private final List<String> granted = new ArrayList<>();
        private String lastRecipient = "";

        Session(
                String host,
                InetSocketAddress to,
                SessionOptions options,
                SessionListener listener) {
            this.host = host;
            this.to = to;
            this.options = options;
            this.listener = listener;
            this.phase = Dialogue.begin(options).phase();
        }

        void begin() {
            say(model.greeting(open.size() - 1, time.now()));
            watch(Dialogue.begin(options).timeout());
        }

        // ---- the client's end

        @Override
        public String host() {
            return host;
        }

        @Override
        public InetSocketAddress remote() {
            return to;
        }

        @Override
        public String tls() {
            return secured ? "TLSv1.3" : "";
        }

        @Override
        public Offer offer() {
            return offer;
        }

        @Override
        public void assign(Transaction transaction, Content content) {
            client.post(
                    () -> {
                        if (Dialogue.takes(phase)) {
                            Habits habits = listener.habits(this, !assigned.isEmpty());
                            offer = offer.atMost(habits.most());
                            assigned.add(new Assignment(transaction, content));
                            transactions++;
                            signal(new Signal.Assigned(transaction, habits));
                        } else {
                            listener.returned(
                                    this,
                                    new Evidence.Failed(
                                            Stage.MAIL, Fault.CONNECTION_LOST, "hung up"));
                            close();
                        }
                    });
        }

        @Override
        public void recorded() {
            client.post(
                    () -> {
                        watch.recorded(this);
                        if (!(phase instanceof Phase.Closed)) {
                            signal(new Signal.Recorded());
                        }
                    });
        }

        @Override
        public void finish() {
            client.post(
                    () -> {
                        if (phase instanceof Phase.Ready) {
                            signal(new Signal.Finish());
                        }
                    });
        }

        private void signal(Signal signal) {
            signals++;
            Step step = Dialogue.on(phase, signal);
            boolean becomesReady =
                    step.phase() instanceof Phase.Ready
                            && !(phase instanceof Phase.Ready && step.actions().isEmpty());
            phase = step.phase();
            watch(step.timeout());
            step.actions().forEach(this::carryOut);
            if (becomesReady && phase instanceof Phase.Ready ready) {
                if (!wasReady) {
                    wasReady = true;
                    Capabilities can = ready.session().capabilities();
                    offer =
                            new Offer(
                                            Integer.MAX_VALUE,
                                            Integer.MAX_VALUE,
                                            can.has("8BITMIME"),
                                            can.has("PIPELINING"))
                                    .atMost(listener.habits(this, false).most());
                }
                listener.ready(this);
            }
        }

        private void watch(Duration timeout) {
            long at = signals;
            atClient(
                    timeout,
                    () -> {
                        if (at == signals && !(phase instanceof Phase.Closed)) {
                            signal(new Signal.TimedOut("no reply in time"));
                        }
                    });
        }

        private void carryOut(Step.Action action) {
            switch (action) {
                case Step.Action.Send(String lines) ->
                        lines.lines()
                                .forEach(
                                        line ->
                                                time.at(
                                                        soon(),
                                                        () -> arrives(new Line(line, NOTHING))));
                case Step.Action.StartTls _ ->
                        atClient(
                                ONE_WAY.multipliedBy(2),
                                () -> {
                                    secured = !model.breaksTls(time.now());
                                    signal(
                                            secured
                                                    ? new Signal.TlsEstablished("TLSv1.3")
                                                    : new Signal.TlsFailed("connection reset"));
                                });
                case Step.Action.SendContent _ -> {
                    if (sends(DOT)) {
                        client.post(
                                () -> {
                                    if (phase instanceof Phase.Content) {
                                        signal(new Signal.ContentSent());
                                    }
                                });
                    }
                }
                case Step.Action.SendChunk _ -> {
                    boolean _ = sends(CHUNK);
                }
                case Step.Action.Report(var results) -> {
                    assigned.remove();
                    listener.reported(this, results);
                }
                case Step.Action.Return(Evidence why) -> {
                    watch.returned(this, assigned.remove().transaction());
                    listener.returned(this, why);
                }
                case Step.Action.Learn(HostObservation hostObservation) ->
                        listener.learnt(this, hostObservation);
                case Step.Action.Unusable(Evidence why) -> {
                    told = true;
                    open.remove(this);
                    listener.unusable(why);
                }
                case Step.Action.Close _ -> close();
            }
        }

        /** Sends the content of the first message; false when it cannot be read. */
        private boolean sends(String end) {
            Assignment first = Objects.requireNonNull(assigned.peek());
            byte[] octets;
            try (InputStream in = first.content().open()) {
                octets = in.readAllBytes();
            } catch (IOException e) {
                signal(new Signal.Disconnected("read the message to send: " + e.getMessage()));
                return false;
            }
            watch.leaves(this, first.transaction(), octets);
            time.at(soon(), () -> arrives(new Line(end, octets)));
            return true;
        }

        private void close() {
            phase = new Phase.Closed();
            signals++;
            hungUp = true;
            open.remove(this);
            if (!told) {
                told = true;
                listener.closed(this);
            }
        }

        // ---- the server's end

        private void isLeft() {
            hungUp = true;
            open.remove(this);
        }

        private void arrives(Line line) {
            if (hungUp) {
                return;
            }
            if (model.closesAll(time.now())) {
                say(Said421.RESTART);
                return;
            }
            arrived.add(line);
            work();
        }

        private void work() {
            while (!working && !hungUp && !arrived.isEmpty()) {
                command(arrived.remove());
            }
        }

        private void command(Line arrival) {
            String line = arrival.text();
            watch.line(this, line);
            String verb = line.length() < 4 ? line : line.substring(0, 4);
            switch (verb) {
                case "EHLO" -> hello();
                case "STAR" -> reply(220, "go ahead");
                case "MAIL" -> mail();
                case "RCPT" -> {
                    if (!underWay) {
                        reply(503, "5.5.1 MAIL first");
                        return;
                    }
                    lastRecipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                    SiteAnswer siteAnswer = model.rcpt(lastRecipient, time.now());
                    if (siteAnswer.isPositive()) {
                        granted.add(lastRecipient);
                    }
                    say(siteAnswer);
                }
                case "BDAT" -> {} // answered behind its octets
                case "DATA" -> {
                    if (!granted.isEmpty()) {
                        reply(354, "go ahead");
                    } else {
                        reply(554, "5.5.1 no valid recipients");
                    }
                }
                case DOT, CHUNK -> {
                    if (!granted.isEmpty()) {
                        dot(arrival.content());
                    } else if (verb.equals(CHUNK)) {
                        reply(554, "5.5.1 no valid recipients");
                    } else {
                        reply(500, "5.5.1 " + line);
                    }
                }
                case "RSET" -> {
                    underWay = false;
                    granted.clear();
                    reply(250, "2.0.0 OK");
                }
                case "QUIT" -> {
                    reply(221, "2.0.0 bye");
                    hangUp();
                }
                default -> reply(500, "5.5.1 " + line);
            }
        }

        private void hello() {
            List<String> lines = new ArrayList<>(List.of("mx", "PIPELINING", "8BITMIME"));
            if (model.offersChunking()) {
                lines.add("CHUNKING");
            }
            if (model.offersTls() && !secured) {
                lines.add("STARTTLS");
            }
            replied(Reply.of(250, lines));
        }

        private void mail() {
            granted.clear();
            if (model.hangsUpAfter(taken)) {
                hangUp();
                return;
            }
            SiteAnswer siteAnswer = model.mail(taken, time.now());
            underWay = siteAnswer.isPositive();
            say(siteAnswer);
        }

        private void dot(byte[] content) {
            working = true;
            List<String> to = List.copyOf(granted);
            granted.clear();
            underWay = false;
            if (model.cutsContent(time.now())) {
                hangUp();
                return;
            }
            SiteAnswer siteAnswer = model.dot(lastRecipient, time.now());
            if (siteAnswer.isPositive()) {
                watch.taken(to, content);
                if (model.losesAnswer(time.now())) {
                    watch.unanswered(to, content);
                    hangUp();
                    return;
                }
            }
            time.at(
                    time.now().plus(model.latency()),
                    () -> {
                        if (hungUp) {
                            return;
                        }
                        working = false;
                        taken += siteAnswer.isPositive() ? 1 : 0;
                        say(siteAnswer);
                        if (!working) {
                            behindDot();
                            work();
                        }
                    });
        }

        private void behindDot() {
            switch (model.behindDot()) {
                case TAKES -> {}
                case DROPS -> arrived.clear();
                case REFUSES -> {
                    boolean any = !arrived.isEmpty();
                    while (!arrived.isEmpty() && !hungUp) {
                        arrived.remove();
                        reply(503, "5.5.1 bad sequence of commands");
                    }
                    if (any) {
                        hangUp();
                    }
                }
            }
        }

        private void say(SiteAnswer siteAnswer) {
            if (siteAnswer.code() > 0) {
                reply(siteAnswer.code(), siteAnswer.text());
            } else {
                working = true; // and never comes back
            }
            if (siteAnswer.closes()) {
                hangUp();
            }
        }

        private void reply(int code, String text) {
            replied(Reply.of(code, text));
        }

        private void replied(Reply reply) {
            watch.line(this, "    " + reply);
            atClient(
                    ONE_WAY,
                    () -> {
                        if (!(phase instanceof Phase.Closed)) {
                            signal(new Signal.Replied(reply));
                        }
                    });
        }

        private void hangUp() {
            hungUp = true;
            open.remove(this);
            watch.line(this, "    hangs up");
            atClient(
                    ONE_WAY,
                    () -> {
                        if (!(phase instanceof Phase.Closed)) {
                            signal(new Signal.Disconnected("the server closed the connection"));
                        }
                        close();
                    });
        }
    }

    /** What a restarting server says to whoever is there. */
    private static final class Said421 {
        static final SiteAnswer RESTART = new SiteAnswer(421, "4.3.2 system shutting down", true);
    }
}
