package facteur.mta.queue;

import facteur.mail.message.Content;
import facteur.mail.outcome.Evidence;
import facteur.mail.outcome.Fault;
import facteur.mail.outcome.Stage;
import facteur.mail.smtp.Reply;
import facteur.mta.delivery.Connector;
import facteur.mta.delivery.dialogue.SessionOptions;
import facteur.mta.delivery.dialogue.Transaction;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Hosts without connections, whose names say how they behave: {@code good}, {@code flaky} (lost at
 * any stage), {@code tired} (hangs up after two messages), {@code narrow} (421 beyond three
 * connections), {@code strict} (refuses every other message), {@code late} (cannot be reached half
 * of the time).
 */
final class FakeSites implements Connector, AutoCloseable {
    private static final java.util.List<Stage> MIDDLE =
            java.util.List.of(Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT);

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Random random;
    private final Map<String, Integer> open = new HashMap<>();
    private final Map<String, Integer> most = new HashMap<>();

    FakeSites(long seed) {
        random = new Random(seed);
    }

    /** The most connections a host ever had at once. */
    int most(String host) {
        return most.getOrDefault(host, 0);
    }

    private static Evidence answered(Stage stage, int code, String text) {
        return new Evidence.Answered(stage, Reply.of(code, text));
    }

    private static Evidence lost(Stage stage) {
        return new Evidence.Failed(stage, Fault.CONNECTION_LOST, "gone");
    }

    @Override
    public void connect(
            String host,
            InetSocketAddress to,
            Optional<InetAddress> source,
            SessionOptions options,
            SessionListener listener) {
        thread.execute(
                () -> {
                    if (host.startsWith("late") && random.nextBoolean()) {
                        listener.unusable(
                                new Evidence.Failed(
                                        Stage.CONNECT, Fault.CONNECTION_REFUSED, "refused"));
                    } else {
                        most.merge(host, open.merge(host, 1, Integer::sum), Math::max);
                        listener.ready(new Session(host, to, listener));
                    }
                });
    }

    private final class Session implements OutboundSession {
        private final String host;
        private final InetSocketAddress to;
        private final SessionListener listener;
        private int taken;

        Session(String host, InetSocketAddress to, SessionListener listener) {
            this.host = host;
            this.to = to;
            this.listener = listener;
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

        @Override
        public int mostRecipients() {
            return Integer.MAX_VALUE;
        }

        @Override
        public int mostMessages() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void assign(Transaction transaction, Content content) {
            thread.execute(() -> take(transaction));
        }

        private void take(Transaction transaction) {
            Evidence result = result(transaction);
            taken++;
            listener.reported(this, List.of(result));
            if (result instanceof Evidence.Failed || result.toString().startsWith("421")) {
                over();
            } else {
                listener.ready(this);
            }
        }

        private Evidence result(Transaction transaction) {
            Evidence good = answered(Stage.DOT, 250, "taken");
            return switch (host.substring(0, host.indexOf('.'))) {
                case "flaky" ->
                        random.nextInt(4) == 0
                                ? lost(MIDDLE.get(random.nextInt(MIDDLE.size())))
                                : good;
                case "tired" -> taken == 2 ? lost(Stage.MAIL) : good;
                case "narrow" ->
                        open.getOrDefault(host, 0) > 3
                                ? answered(Stage.MAIL, 421, "too many connections")
                                : good;
                case "strict" ->
                        transaction.recipients().getFirst().address().localPart().endsWith("1")
                                ? answered(Stage.RCPT, 550, "no")
                                : good;
                default -> good;
            };
        }

        @Override
        public void finish() {
            thread.execute(this::over);
        }

        private void over() {
            open.merge(host, -1, Integer::sum);
            listener.closed(this);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
