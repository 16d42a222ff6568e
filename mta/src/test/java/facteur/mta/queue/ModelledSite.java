package facteur.mta.queue;

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
import facteur.mta.queue.owner.VirtualOwner;
import facteur.testkit.receiver.ReceiverModel;
import facteur.testkit.receiver.SiteAnswer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A receiver's model behind the real dialogue, in virtual time: what the client sends arrives ten
 * milliseconds later, and so do the replies.
 */
final class ModelledSite implements Connector {
    private static final Duration ONE_WAY = Duration.ofMillis(10);

    private final VirtualOwner time;
    private final ReceiverModel model;
    private final List<Session> open = new ArrayList<>();

    int connections;
    int refusedConnections;
    int transactions;

    ModelledSite(VirtualOwner time, ReceiverModel model) {
        this.time = time;
        this.model = model;
    }

    private Instant soon() {
        return time.now().plus(ONE_WAY);
    }

    @Override
    public void connect(
            String host,
            List<InetSocketAddress> to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener) {
        int number = Integer.parseInt(host.substring(2, host.indexOf('.')));
        time.at(
                soon().plus(ONE_WAY),
                () -> {
                    if (!model.isReachable(number, time.now())) {
                        refusedConnections++;
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
                    connections++;
                    Session session = new Session(host, to.getFirst(), options, listener);
                    open.add(session);
                    session.begin();
                });
    }

    /** Both ends of one connection. */
    private final class Session implements OutboundSession {
        private final String host;
        private final InetSocketAddress to;
        private final SessionOptions options;
        private final SessionListener listener;
        private final Deque<Transaction> assigned = new ArrayDeque<>();
        private Phase phase;
        private Offer offer = new Offer(Integer.MAX_VALUE, Integer.MAX_VALUE, true, false);
        private long signals;
        private boolean wasReady;
        private boolean told;
        private boolean secured;
        // The server's end.
        private final Deque<String> arrived = new ArrayDeque<>();
        private boolean working;
        private boolean hungUp;
        private int taken;
        private String recipient = "";
        private boolean granted;

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
            time.post(
                    () -> {
                        if (Dialogue.takes(phase)) {
                            Habits habits = listener.habits(this, !assigned.isEmpty());
                            offer = offer.atMost(habits.most());
                            assigned.add(transaction);
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
            time.post(
                    () -> {
                        if (!(phase instanceof Phase.Closed)) {
                            signal(new Signal.Recorded());
                        }
                    });
        }

        @Override
        public void finish() {
            time.post(
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
            time.at(
                    time.now().plus(timeout),
                    () -> {
                        if (at == signals && !(phase instanceof Phase.Closed)) {
                            signal(new Signal.TimedOut("no reply in time"));
                        }
                    });
        }

        private void carryOut(Step.Action action) {
            switch (action) {
                case Step.Action.Send(String lines) ->
                        lines.lines().forEach(line -> time.at(soon(), () -> arrives(line)));
                case Step.Action.StartTls _ ->
                        time.at(
                                soon().plus(ONE_WAY),
                                () -> {
                                    secured = !model.breaksTls(time.now());
                                    signal(
                                            secured
                                                    ? new Signal.TlsEstablished("TLSv1.3")
                                                    : new Signal.TlsFailed("connection reset"));
                                });
                case Step.Action.SendContent _ -> {
                    time.at(soon(), () -> arrives("."));
                    time.post(
                            () -> {
                                if (phase instanceof Phase.Content) {
                                    signal(new Signal.ContentSent());
                                }
                            });
                }
                case Step.Action.SendChunk _ ->
                        throw new IllegalStateException("no CHUNKING was offered");
                case Step.Action.Report(var results) -> {
                    assigned.remove();
                    listener.reported(this, results);
                }
                case Step.Action.Return(Evidence why) -> {
                    assigned.remove();
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

        private void arrives(String line) {
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

        private void command(String line) {
            String verb = line.length() < 4 ? line : line.substring(0, 4);
            switch (verb) {
                case "EHLO" -> hello();
                case "STAR" -> reply(220, "go ahead");
                case "MAIL" -> mail();
                case "RCPT" -> {
                    recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                    SiteAnswer siteAnswer = model.rcpt(recipient, time.now());
                    granted = siteAnswer.isPositive();
                    say(siteAnswer);
                }
                case "DATA" -> {
                    if (granted) {
                        reply(354, "go ahead");
                    } else {
                        reply(554, "5.5.1 no valid recipients");
                    }
                }
                case "." -> dot();
                case "RSET" -> reply(250, "2.0.0 OK");
                case "QUIT" -> {
                    reply(221, "2.0.0 bye");
                    hangUp();
                }
                default -> reply(500, "5.5.1 " + line);
            }
        }

        private void hello() {
            List<String> lines = new ArrayList<>(List.of("mx", "PIPELINING", "8BITMIME"));
            if (model.offersTls() && !secured) {
                lines.add("STARTTLS");
            }
            replied(Reply.of(250, lines));
        }

        private void mail() {
            granted = false;
            if (model.hangsUpAfter(taken)) {
                hangUp();
                return;
            }
            say(model.mail(taken, time.now()));
        }

        private void dot() {
            working = true;
            SiteAnswer siteAnswer = model.dot(recipient, time.now());
            time.at(
                    time.now().plus(model.latency()),
                    () -> {
                        if (hungUp) {
                            return;
                        }
                        working = false;
                        taken += siteAnswer.isPositive() ? 1 : 0;
                        say(siteAnswer);
                        behindDot();
                        work();
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
            }
            if (siteAnswer.closes()) {
                hangUp();
            }
        }

        private void reply(int code, String text) {
            replied(Reply.of(code, text));
        }

        private void replied(Reply reply) {
            time.at(
                    soon(),
                    () -> {
                        if (!(phase instanceof Phase.Closed)) {
                            signal(new Signal.Replied(reply));
                        }
                    });
        }

        private void hangUp() {
            hungUp = true;
            open.remove(this);
            time.at(
                    soon(),
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
