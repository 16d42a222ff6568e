package facteur.testkit.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How one {@link ProviderSimulator} behaves, whoever the mail is for.
 *
 * @param listen a loopback address; port 0 takes a free one
 * @param hostName what it calls itself
 * @param greeting said instead of the banner, as 421 or 554
 * @param severalLines whether each reply is spread over several lines
 * @param feedbackRelay where bounces, complaints and automatic answers are sent; without it none
 *     are
 */
public record ProviderOptions(
        InetSocketAddress listen,
        String hostName,
        ProviderPreset preset,
        Limits limits,
        Delays delays,
        TlsMode tls,
        Set<Extension> extensions,
        Optional<ServerReply> greeting,
        boolean severalLines,
        Keeping keeping,
        Optional<InetSocketAddress> feedbackRelay) {

    /**
     * How much it takes; 0 is no limit, but for {@code connections}.
     *
     * @param messagesPerSecond over all connections; above it MAIL is refused as rate-limited
     */
    public record Limits(
            int connections,
            int messagesPerConnection,
            int messagesPerSecond,
            int recipientsPerMessage,
            long sizeBytes) {}

    /**
     * How long things take.
     *
     * @param reply before each reply
     * @param greylist how long a greylisted pair must wait
     * @param pause how long nobody's mail is taken once somebody was too much
     * @param stall how long a stalled connection is held
     * @param feedback between taking a message and sending it back
     */
    public record Delays(
            Duration banner,
            Duration reply,
            Duration greylist,
            Duration pause,
            Duration stall,
            Duration feedback) {}

    /** How many messages, and how many bytes of them, are kept at most; the oldest go first. */
    public record Keeping(int messages, long bytes, boolean bodies) {}

    public ProviderOptions {
        extensions = Set.copyOf(extensions);
        if (!listen.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "a provider simulator listens on loopback addresses only, not " + listen);
        }
    }

    /** The defaults of a preset, on a free port of 127.0.0.1. */
    public static ProviderOptions of(String preset) {
        return with(preset).build();
    }

    /** The defaults of a preset, to be changed. */
    public static Builder with(String preset) {
        return new Builder(ProviderPreset.named(preset));
    }

    public static Builder with(ProviderPreset preset) {
        return new Builder(preset);
    }

    /** Collects options; each starts at its default. */
    public static final class Builder {
        private final ProviderPreset preset;
        private InetSocketAddress listen =
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        private String hostName;
        private int connections = 5_000;
        private int messagesPerConnection;
        private int messagesPerSecond;
        private int recipientsPerMessage = 100;
        private long sizeBytes;
        private Duration banner = Duration.ZERO;
        private Duration reply = Duration.ZERO;
        private Duration greylist = Duration.ofSeconds(2);
        private Duration pause = Duration.ofSeconds(40);
        private Duration stall = Duration.ofMinutes(10);
        private Duration feedback = Duration.ofMillis(500);
        private TlsMode tls = TlsMode.OFFERED;
        private Set<Extension> extensions;
        private Optional<ServerReply> greeting = Optional.empty();
        private boolean severalLines;
        private int keptMessages = 10_000;
        private long keptBytes = 256L << 20;
        private boolean keepBodies = true;
        private Optional<InetSocketAddress> feedbackRelay = Optional.empty();

        private Builder(ProviderPreset preset) {
            this.preset = preset;
            this.hostName = "mx." + preset.name() + ".lab";
            this.extensions = preset.extensions();
            this.sizeBytes = preset.sizeLimitBytes();
        }

        public Builder listen(InetSocketAddress address) {
            listen = address;
            return this;
        }

        public Builder hostName(String name) {
            hostName = name;
            return this;
        }

        /** Connections beyond are answered 421; 5000 at first. */
        public Builder maxConnections(int count) {
            connections = count;
            return this;
        }

        public Builder messagesPerConnection(int count) {
            messagesPerConnection = count;
            return this;
        }

        public Builder messagesPerSecond(int count) {
            messagesPerSecond = count;
            return this;
        }

        public Builder recipientsPerMessage(int count) {
            recipientsPerMessage = count;
            return this;
        }

        public Builder sizeLimit(long bytes) {
            sizeBytes = bytes;
            return this;
        }

        public Builder bannerDelay(Duration delay) {
            banner = delay;
            return this;
        }

        public Builder replyDelay(Duration delay) {
            reply = delay;
            return this;
        }

        public Builder greylistFor(Duration time) {
            greylist = time;
            return this;
        }

        public Builder pauseFor(Duration time) {
            pause = time;
            return this;
        }

        public Builder stallFor(Duration time) {
            stall = time;
            return this;
        }

        public Builder feedbackAfter(Duration delay) {
            feedback = delay;
            return this;
        }

        public Builder tls(TlsMode mode) {
            tls = mode;
            return this;
        }

        public Builder extensions(Set<Extension> offered) {
            extensions = offered;
            return this;
        }

        public Builder greeting(ServerReply refusal) {
            greeting = Optional.of(refusal);
            return this;
        }

        public Builder severalLines(boolean spread) {
            severalLines = spread;
            return this;
        }

        public Builder keep(int messages, long bytes) {
            keptMessages = messages;
            keptBytes = bytes;
            return this;
        }

        public Builder keepBodies(boolean keep) {
            keepBodies = keep;
            return this;
        }

        public Builder feedbackRelay(InetSocketAddress relay) {
            feedbackRelay = Optional.of(relay);
            return this;
        }

        public ProviderOptions build() {
            return new ProviderOptions(
                    listen,
                    hostName,
                    preset,
                    new Limits(
                            connections,
                            messagesPerConnection,
                            messagesPerSecond,
                            recipientsPerMessage,
                            sizeBytes),
                    new Delays(banner, reply, greylist, pause, stall, feedback),
                    tls,
                    extensions,
                    greeting,
                    severalLines,
                    new Keeping(keptMessages, keptBytes, keepBodies),
                    feedbackRelay);
        }
    }
}
