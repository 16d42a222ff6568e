package facteur.mta.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.message.Content;
import facteur.mail.message.Recipient;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.HostObservation;
import facteur.mta.delivery.dialogue.RecipientResult;
import facteur.mta.delivery.dialogue.SendMode;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;
import facteur.mta.queue.owner.VirtualOwner;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Hosts in virtual time. The first label of a host's name says how it behaves, up to a hyphen:
 * {@code accept}, {@code refuse}, {@code grey} (451 for the first five minutes of a recipient),
 * {@code stall} (no reply to every fourth message), {@code vanish} (the connection is lost
 * anywhere), {@code narrow} (421 beyond five connections), {@code dead} (refuses connections),
 * {@code slow} (a second a message), {@code rated} (450 beyond sixty messages a minute), {@code
 * few} (three recipients a message), {@code listed} (refuses the source 127.0.0.2), {@code drops}
 * (hangs up on every recipient), {@code tired} (hangs up behind two messages), {@code late} (cannot
 * be reached half of the time), {@code dislikes} (refuses what is in any message), {@code swallows}
 * (loses what is sent ahead), {@code seven} (has no 8BITMIME), {@code limited} (names RCPTMAX and
 * MAILMAX of RFC 9422, which must be kept).
 */
final class SimulatedSites implements Connector {
    private static final int NARROW = 5;
    private static final int RATED = 60;
    private static final int FEW = 3;
    private static final int LIMITED_RECIPIENTS = 2;
    private static final int LIMITED_MESSAGES = 3;

    private final VirtualOwner time;
    private final Random random;
    private final Map<String, Integer> open = new HashMap<>();
    private final Map<String, Integer> most = new HashMap<>();
    private final Map<String, Instant> firstSeen = new HashMap<>();
    private final Map<String, Deque<Instant>> lately = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private int openAtOnce;
    int mostAtOnce;
    int takenTwice;
    int sentAhead;
    int transactions;
    // Hosts without 8BITMIME that were given what needs it, in order.
    final List<String> met = new ArrayList<>();

    SimulatedSites(VirtualOwner time, Random random) {
        this.time = time;
        this.random = random;
    }

    static String kind(String host) {
        int hyphen = host.indexOf('-');
        return host.substring(0, hyphen < 0 ? host.indexOf('.') : hyphen);
    }

    /** The most connections that any host ever had at once. */
    int most() {
        return most.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private Instant in(int fromMillis, int toMillis) {
        return time.now().plusMillis(fromMillis + random.nextInt(toMillis - fromMillis));
    }

    private static Evidence answered(Stage stage, int code, String text) {
        return new Evidence.Answered(stage, Reply.of(code, text));
    }

    private static Evidence lost(Stage stage) {
        return new Evidence.Failed(
                stage, Fault.CONNECTION_LOST, "the server closed the connection");
    }

    @Override
    public void connect(
            String host,
            List<InetSocketAddress> to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener) {
        if (kind(host).equals("dead") || (kind(host).equals("late") && random.nextBoolean())) {
            Evidence refused =
                    new Evidence.Failed(Stage.CONNECT, Fault.CONNECTION_REFUSED, "refused");
            time.at(
                    in(1, 50),
                    () -> {
                        listener.unreachable(to.getFirst(), refused);
                        listener.unusable(refused);
                    });
            return;
        }
        time.at(in(10, 100), () -> greet(host, to.getFirst(), source, listener));
    }

    private void greet(
            String host,
            InetSocketAddress to,
            Optional<InetAddress> source,
            SessionListener listener) {
        listener.connected(to);
        if (kind(host).equals("narrow") && open.getOrDefault(host, 0) >= NARROW) {
            listener.unusable(
                    answered(Stage.BANNER, 421, "4.7.0 too many connections from your address"));
            return;
        }
        most.merge(host, open.merge(host, 1, Integer::sum), Math::max);
        mostAtOnce = Math.max(mostAtOnce, ++openAtOnce);
        listener.ready(new Session(host, to, source, listener));
    }

    private final class Session implements OutboundSession {
        private final String host;
        private final InetSocketAddress to;
        private final boolean listed;
        private final SessionListener listener;
        private final Deque<Transaction> assigned = new ArrayDeque<>();
        // Those of them that were sent behind another.
        private final Set<Transaction> behind = Collections.newSetFromMap(new IdentityHashMap<>());
        private int given;
        private int handled;
        private int unrecorded;
        private boolean withheld;
        private boolean over;

        Session(
                String host,
                InetSocketAddress to,
                Optional<InetAddress> source,
                SessionListener listener) {
            this.host = host;
            this.to = to;
            this.listener = listener;
            this.listed =
                    source.filter(a -> a.equals(InetAddress.ofLiteral("127.0.0.2"))).isPresent();
        }

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
            return "";
        }

        /** Every other host lets us send ahead. */
        @Override
        public Offer offer() {
            boolean limited = kind(host).equals("limited");
            boolean swallows = kind(host).equals("swallows");
            return new Offer(
                    limited ? LIMITED_RECIPIENTS : Integer.MAX_VALUE,
                    limited ? LIMITED_MESSAGES : Integer.MAX_VALUE,
                    !kind(host).equals("seven"),
                    swallows || host.hashCode() % 2 == 0);
        }

        @Override
        public void assign(Transaction transaction, Content content) {
            if (over) {
                listener.returned(this, lost(Stage.MAIL));
                listener.closed(this);
                return;
            }
            transactions++;
            boolean follows = !assigned.isEmpty() && assigned.stream().noneMatch(behind::contains);
            assigned.add(transaction);
            if (follows
                    && listener.habits(this, true).allowed().contains(SendMode.BEHIND_THE_DOT)) {
                behind.add(transaction);
                sentAhead++;
            }
            given++;
            assertTrue(given <= offer().mostMessages(), host + ": more than MAILMAX");
            assertTrue(
                    transaction.recipients().size() <= offer().mostRecipients(),
                    host + ": more than RCPTMAX");
            assertTrue(
                    assigned.size() <= (offer().pipelining() ? 2 : 1), host + ": too many ahead");
            if (assigned.size() == 1) {
                work();
            }
        }

        private void work() {
            boolean stalls = kind(host).equals("stall") && random.nextInt(4) == 0;
            Instant answer =
                    stalls
                            ? time.now().plus(Duration.ofMinutes(10))
                            : kind(host).equals("slow") ? in(1000, 1100) : in(20, 200);
            time.at(answer, () -> answerOnceRecorded(stalls));
        }

        /** As the client's side of a session does, content is withheld until then. */
        private void answerOnceRecorded(boolean stalled) {
            if (over) {
                return;
            }
            if (unrecorded > 0) {
                withheld = true;
            } else {
                answer(assigned.getFirst(), stalled);
            }
        }

        @Override
        public void recorded() {
            unrecorded--;
            assertTrue(unrecorded >= 0, host + ": recorded more often than reported");
            if (withheld && unrecorded == 0) {
                withheld = false;
                time.at(in(1, 10), () -> answerOnceRecorded(false));
            }
        }

        private void report(List<Evidence> results) {
            assigned.remove();
            unrecorded++;
            listener.reported(
                    this,
                    results.stream().<RecipientResult>map(RecipientResult.Tried::new).toList());
        }

        private void giveBack(Evidence why) {
            assigned.remove();
            listener.returned(this, why);
        }

        private void answer(Transaction transaction, boolean stalled) {
            if (kind(host).equals("drops")) {
                end(lost(Stage.RCPT));
            } else if (stalled) {
                Evidence late = new Evidence.Failed(Stage.DOT, Fault.REPLY_TIMEOUT, "no reply");
                end(late);
            } else if (kind(host).equals("vanish") && random.nextInt(3) == 0) {
                List<Stage> stages = List.of(Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT);
                end(lost(stages.get(random.nextInt(stages.size()))));
            } else {
                List<Evidence> results = new ArrayList<>();
                for (int i = 0; i < transaction.recipients().size(); i++) {
                    results.add(result(transaction.recipients().get(i), i));
                }
                handled++;
                if (offer().pipelining()) {
                    listener.learnt(
                            this,
                            new HostObservation.Bears(
                                    behind.contains(transaction)
                                            ? SendMode.BEHIND_THE_DOT
                                            : SendMode.PIPELINED));
                }
                report(results);
                if (kind(host).equals("tired") && handled == 2) {
                    over();
                } else if (!assigned.isEmpty()
                        && behind.contains(assigned.getFirst())
                        && kind(host).equals("swallows")) {
                    time.at(time.now().plusSeconds(30), this::swallowed);
                } else if (!assigned.isEmpty()) {
                    work();
                } else {
                    listener.ready(this);
                }
            }
        }

        private void swallowed() {
            Evidence why = new Evidence.Failed(Stage.MAIL, Fault.REPLY_TIMEOUT, "no reply");
            listener.learnt(this, new HostObservation.Refuses(SendMode.BEHIND_THE_DOT, why));
            end(why);
        }

        private void end(Evidence why) {
            if (why.stage() == Stage.MAIL) {
                giveBack(why);
            } else {
                report(Collections.nCopies(assigned.getFirst().recipients().size(), why));
            }
            over();
        }

        private Evidence result(Recipient recipient, int place) {
            String address = recipient.address().toString();
            if (!offer().eightBitMime() && assigned.getFirst().eightBit()) {
                met.add(host);
                return new Evidence.Failed(
                        Stage.MAIL, Fault.EXTENSION_MISSING, host + " does not offer 8BITMIME");
            }
            return switch (kind(host)) {
                case "refuse" -> answered(Stage.RCPT, 550, "5.1.1 no such user");
                case "dislikes" -> answered(Stage.DOT, 554, "5.7.1 message contains spam");
                case "grey" -> grey(address);
                case "rated" -> rated(address);
                case "few" ->
                        place >= FEW
                                ? answered(Stage.RCPT, 452, "4.5.3 too many recipients")
                                : take(address);
                case "listed" ->
                        listed
                                ? answered(
                                        Stage.MAIL,
                                        554,
                                        "5.7.1 your IP address is blocked using zen.spamhaus.org")
                                : take(address);
                default -> take(address);
            };
        }

        private Evidence grey(String address) {
            Instant first = firstSeen.computeIfAbsent(address, _ -> time.now());
            return time.now().isBefore(first.plus(Duration.ofMinutes(4)))
                    ? answered(Stage.RCPT, 451, "4.7.1 greylisted, try again later")
                    : take(address);
        }

        private Evidence rated(String address) {
            Deque<Instant> minute = lately.computeIfAbsent(host, _ -> new ArrayDeque<>());
            while (!minute.isEmpty() && minute.peek().isBefore(time.now().minusSeconds(60))) {
                minute.remove();
            }
            minute.add(time.now());
            return minute.size() > RATED
                    ? answered(Stage.MAIL, 450, "4.7.1 rate limit exceeded, too many messages")
                    : take(address);
        }

        private Evidence take(String address) {
            takenTwice += taken.add(address) ? 0 : 1;
            return answered(Stage.DOT, 250, "2.0.0 taken");
        }

        @Override
        public void finish() {
            time.at(in(1, 50), this::over);
        }

        private void over() {
            if (!over) {
                over = true;
                while (!assigned.isEmpty()) {
                    giveBack(lost(Stage.MAIL));
                }
                open.merge(host, -1, Integer::sum);
                openAtOnce--;
                listener.closed(this);
            }
        }
    }
}
