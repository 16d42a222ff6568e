package facteur.testkit.receiver;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The sites that a sender meets: each with the one habit that it is about. */
public final class ReceiverModels {
    private ReceiverModels() {}

    /** All of them, as they are without history. */
    public static List<Supplier<ReceiverModel>> all(RandomGenerator random) {
        return List.of(
                () -> new TokenBucketSite("10 a second, 421 beyond", 421, "4.3.2 try again later"),
                () ->
                        new TokenBucketSite(
                                "10 a second, 450 beyond, says so",
                                450,
                                "4.7.1 rate limit exceeded, slow down"),
                () -> new TokenBucketSite("10 a second, 450 beyond", 450, "4.7.1 not now"),
                FiveConnections::new,
                Greylisting::new,
                () -> new OneInFifty(random),
                () -> new FullAtTheDot(random),
                Restarting::new,
                DailyCap::new,
                HangsUp::new,
                () -> new DotHabit(ReceiverModel.BehindDot.DROPS),
                () -> new DotHabit(ReceiverModel.BehindDot.REFUSES),
                Slow::new,
                TlsOnce::new,
                OneOfThree::new);
    }

    /** A token bucket of a second's worth. */
    private static final class TokenBucketSite extends ReceiverModel {
        private static final double RATE = 10;
        private final SiteAnswer refusal;
        private double tokens = RATE;
        private Instant last = Instant.EPOCH;

        TokenBucketSite(String name, int code, String text) {
            super(name);
            this.refusal = SiteAnswer.of(code, text);
        }

        private boolean takes(Instant now) {
            double filled = Duration.between(last, now).toMillis() / 1e3 * RATE;
            tokens = Math.min(RATE, tokens + filled);
            last = now;
            boolean any = tokens >= 1;
            tokens -= any ? 1 : 0;
            return any;
        }

        @Override
        public SiteAnswer mail(int messages, Instant now) {
            return takes(now) ? SiteAnswer.OK : refusal;
        }

        @Override
        public Duration ideal(int messages, double share, Client client) {
            return seconds((messages * share - RATE) / Math.min(RATE, client.perSecond()));
        }
    }

    private static final class FiveConnections extends ReceiverModel {
        private static final int MOST = 5;

        FiveConnections() {
            super("five connections");
        }

        @Override
        public SiteAnswer greeting(int open, Instant now) {
            return open >= MOST
                    ? SiteAnswer.of(421, "4.7.0 too many connections from your address")
                    : super.greeting(open, now);
        }

        @Override
        public Duration ideal(int messages, double share, Client client) {
            return super.ideal(
                    messages,
                    share,
                    new Client(
                            client.perSecond(),
                            Math.min(MOST, client.connections()),
                            client.newConnectionsPerSecond(),
                            client.retry()));
        }
    }

    private static final class Greylisting extends ReceiverModel {
        private static final Duration WAIT = Duration.ofMinutes(5);
        private final Map<String, Instant> first = new HashMap<>();

        Greylisting() {
            super("greylisting of 5 min");
        }

        @Override
        public SiteAnswer rcpt(String address, Instant now) {
            Instant seen = first.computeIfAbsent(address, _ -> now);
            return Duration.between(seen, now).compareTo(WAIT) < 0
                    ? SiteAnswer.of(451, "4.7.1 greylisted, please try again later")
                    : SiteAnswer.OK;
        }

        /**
         * Each recipient is offered twice, at the client's rate, the second time when it is due.
         */
        @Override
        public Duration ideal(int messages, double share, Client client) {
            Duration twice = super.ideal(2 * messages, share, client);
            Duration once = super.ideal(messages, share, client).plus(client.retry());
            return twice.compareTo(once) > 0 ? twice : once;
        }
    }

    /** One recipient in fifty is refused at its first try. */
    private static final class OneInFifty extends ReceiverModel {
        private final RandomGenerator random;
        private final Map<String, Boolean> refused = new HashMap<>();

        OneInFifty(RandomGenerator random) {
            super("2 % of recipients 450");
            this.random = random;
        }

        @Override
        public SiteAnswer rcpt(String address, Instant now) {
            boolean unlucky = refused.computeIfAbsent(address, _ -> random.nextInt(50) == 0);
            return unlucky && isRefusedOnce(address)
                    ? SiteAnswer.of(450, "4.2.1 mailbox temporarily unavailable")
                    : SiteAnswer.OK;
        }
    }

    /** One message in twenty-five meets a full disk, once. */
    private static final class FullAtTheDot extends ReceiverModel {
        private final RandomGenerator random;
        private final Map<String, Boolean> refused = new HashMap<>();

        FullAtTheDot(RandomGenerator random) {
            super("4 % 452 4.3.1 at the dot");
            this.random = random;
        }

        @Override
        public SiteAnswer dot(String address, Instant now) {
            boolean unlucky = refused.computeIfAbsent(address, _ -> random.nextInt(25) == 0);
            return unlucky && isRefusedOnce(address)
                    ? SiteAnswer.of(452, "4.3.1 insufficient system storage")
                    : SiteAnswer.OK;
        }
    }

    /** Two minutes after the first connection it is gone for a minute. */
    private static final class Restarting extends ReceiverModel {
        private static final Duration AFTER = Duration.ofMinutes(2);
        private static final Duration TIME = Duration.ofSeconds(60);
        private Instant first = Instant.MAX;

        Restarting() {
            super("restart of 60 s");
        }

        private boolean isDown(Instant now) {
            if (now.isBefore(first)) {
                first = now;
            }
            Instant down = first.plus(AFTER);
            return !now.isBefore(down) && now.isBefore(down.plus(TIME));
        }

        @Override
        public boolean isReachable(int host, Instant now) {
            return !isDown(now);
        }

        @Override
        public boolean closesAll(Instant now) {
            return isDown(now);
        }

        @Override
        public SiteAnswer mail(int messages, Instant now) {
            return isDown(now) ? SiteAnswer.of(421, "4.3.2 system shutting down") : SiteAnswer.OK;
        }

        @Override
        public Duration ideal(int messages, double share, Client client) {
            return super.ideal(messages, share, client).plus(TIME);
        }
    }

    /** So many a day, counted from the first. */
    private static final class DailyCap extends ReceiverModel {
        private static final int CAP = 4_000;
        private Instant day = Instant.EPOCH;
        private int today;

        DailyCap() {
            super("daily cap");
        }

        @Override
        public SiteAnswer mail(int messages, Instant now) {
            if (!now.isBefore(day.plus(Duration.ofDays(1)))) {
                day = now;
                today = 0;
            }
            if (today >= CAP) {
                return SiteAnswer.of(452, "4.7.1 daily limit reached");
            }
            today++;
            return SiteAnswer.OK;
        }

        @Override
        public Duration ideal(int messages, double share, Client client) {
            int wanted = (int) (messages * share);
            int days = (wanted - 1) / CAP;
            return Duration.ofDays(days).plus(super.ideal(wanted - days * CAP, 1, client));
        }
    }

    private static final class HangsUp extends ReceiverModel {
        private static final int AFTER = 7;

        HangsUp() {
            super("hangs up after 7 messages");
        }

        @Override
        public boolean hangsUpAfter(int messages) {
            return messages >= AFTER;
        }

        /** Each connection takes so many messages. */
        @Override
        public Duration ideal(int messages, double share, Client client) {
            double rate = Math.min(client.perSecond(), AFTER * client.newConnectionsPerSecond());
            return seconds(messages * share / rate);
        }
    }

    private static final class DotHabit extends ReceiverModel {
        private final BehindDot habit;

        DotHabit(BehindDot habit) {
            super(habit == BehindDot.DROPS ? "drops what is behind the dot" : "503 behind the dot");
            this.habit = habit;
        }

        @Override
        public BehindDot behindDot() {
            return habit;
        }
    }

    private static final class Slow extends ReceiverModel {
        Slow() {
            super("answers after 1 s");
        }

        @Override
        public Duration latency() {
            return Duration.ofSeconds(1);
        }
    }

    /** The first handshake fails. */
    private static final class TlsOnce extends ReceiverModel {
        private boolean broken;

        TlsOnce() {
            super("TLS that breaks once");
        }

        @Override
        public boolean offersTls() {
            return true;
        }

        @Override
        public boolean breaksTls(Instant now) {
            boolean first = !broken;
            broken = true;
            return first;
        }
    }

    private static final class OneOfThree extends ReceiverModel {
        OneOfThree() {
            super("two of three hosts down");
        }

        @Override
        public int hosts() {
            return 3;
        }

        @Override
        public boolean isReachable(int host, Instant now) {
            return host == 2;
        }
    }
}
