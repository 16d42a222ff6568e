package facteur.testkit.smtp;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a {@link LoadSource} submits, and how.
 *
 * @param server where to
 * @param messages how many in all
 * @param connections how many at a time
 * @param sizeBytes of each message, roughly; never less than its header
 * @param from the reverse path and author
 * @param recipientPattern an address whose first {@code %d} becomes the recipient's number and
 *     whose second becomes the number of its domain
 * @param domains how many domains the recipients are spread over
 * @param recipientsPerMessage how many RCPT commands each message has
 * @param campaign the value of X-Campaign
 * @param headers further header lines, without line ends
 * @param login for AUTH PLAIN
 * @param startTls whether to go over to TLS, trusting any certificate
 * @param pipelining whether MAIL, RCPT and DATA go out together
 * @param messagesPerConnection after which a connection is replaced; 0 never
 * @param perSecond messages begun per second over all connections; 0 as many as go
 * @param html whether the body is HTML with links
 * @param patience how long to keep trying to connect before a worker gives up
 */
public record LoadOptions(
        InetSocketAddress server,
        long messages,
        int connections,
        int sizeBytes,
        String from,
        String recipientPattern,
        int domains,
        int recipientsPerMessage,
        Optional<String> campaign,
        List<String> headers,
        Optional<Login> login,
        boolean startTls,
        boolean pipelining,
        int messagesPerConnection,
        int perSecond,
        boolean html,
        Duration patience) {
    /** A user and a password. */
    public record Login(String user, String password) {}

    public LoadOptions {
        headers = List.copyOf(headers);
        if (messages < 0 || connections < 1 || domains < 1 || recipientsPerMessage < 1) {
            throw new IllegalArgumentException(
                    "no load can be made of "
                            + messages
                            + " messages over "
                            + connections
                            + " connections to "
                            + recipientsPerMessage
                            + " recipients in "
                            + domains
                            + " domains");
        }
        headers.forEach(LoadOptions::checkLine);
    }

    /**
     * Messages of 4 KiB to {@code user%d@domain%d.lab} over 10 domains, pipelined, one recipient
     * each, without AUTH or TLS; to be changed.
     */
    public static Builder to(InetSocketAddress server, long messages, int connections) {
        return new Builder(server, messages, connections);
    }

    /** The address of one recipient of one message. */
    String recipient(long message, int index) {
        long number = message * recipientsPerMessage + index;
        return String.format(Locale.ROOT, recipientPattern, number, number % domains);
    }

    private static void checkLine(String line) {
        if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a header line with a line break: " + line);
        }
    }

    /** Collects options; each starts at its default. */
    public static final class Builder {
        private final InetSocketAddress server;
        private final long messages;
        private final int connections;
        private int sizeBytes = 4096;
        private String from = "load@source.lab";
        private String recipientPattern = "user%d@domain%d.lab";
        private int domains = 10;
        private int recipientsPerMessage = 1;
        private Optional<String> campaign = Optional.empty();
        private List<String> headers = List.of();
        private Optional<Login> login = Optional.empty();
        private boolean startTls;
        private boolean pipelining = true;
        private int messagesPerConnection;
        private int perSecond;
        private boolean html;
        private Duration patience = Duration.ofSeconds(10);

        private Builder(InetSocketAddress server, long messages, int connections) {
            this.server = server;
            this.messages = messages;
            this.connections = connections;
        }

        public Builder size(int bytes) {
            sizeBytes = bytes;
            return this;
        }

        public Builder from(String sender) {
            from = sender;
            return this;
        }

        /** See {@link LoadOptions#recipientPattern}. */
        public Builder recipients(String pattern, int domainCount, int perMessage) {
            recipientPattern = pattern;
            domains = domainCount;
            recipientsPerMessage = perMessage;
            return this;
        }

        public Builder campaign(String name) {
            campaign = Optional.of(name);
            return this;
        }

        public Builder headers(List<String> lines) {
            headers = lines;
            return this;
        }

        public Builder login(String user, String password) {
            login = Optional.of(new Login(user, password));
            return this;
        }

        public Builder startTls(boolean use) {
            startTls = use;
            return this;
        }

        public Builder pipelining(boolean use) {
            pipelining = use;
            return this;
        }

        public Builder messagesPerConnection(int count) {
            messagesPerConnection = count;
            return this;
        }

        public Builder rate(int messagesPerSecond) {
            perSecond = messagesPerSecond;
            return this;
        }

        public Builder html(boolean withLinks) {
            html = withLinks;
            return this;
        }

        public Builder patience(Duration time) {
            patience = time;
            return this;
        }

        public LoadOptions build() {
            return new LoadOptions(
                    server,
                    messages,
                    connections,
                    sizeBytes,
                    from,
                    recipientPattern,
                    domains,
                    recipientsPerMessage,
                    campaign,
                    headers,
                    login,
                    startTls,
                    pipelining,
                    messagesPerConnection,
                    perSecond,
                    html,
                    patience);
        }
    }
}
