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
     * each, without AUTH or TLS.
     */
    public static LoadOptions to(InetSocketAddress server, long messages, int connections) {
        return new LoadOptions(
                server,
                messages,
                connections,
                4096,
                "load@source.lab",
                "user%d@domain%d.lab",
                10,
                1,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                true,
                0,
                0,
                false,
                Duration.ofSeconds(10));
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

    public LoadOptions withSize(int bytes) {
        return new LoadOptions(
                server,
                messages,
                connections,
                bytes,
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

    public LoadOptions withFrom(String sender) {
        return new LoadOptions(
                server,
                messages,
                connections,
                sizeBytes,
                sender,
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

    public LoadOptions withRecipients(String pattern, int domainCount, int perMessage) {
        return new LoadOptions(
                server,
                messages,
                connections,
                sizeBytes,
                from,
                pattern,
                domainCount,
                perMessage,
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

    public LoadOptions withCampaign(String name) {
        return new LoadOptions(
                server,
                messages,
                connections,
                sizeBytes,
                from,
                recipientPattern,
                domains,
                recipientsPerMessage,
                Optional.of(name),
                headers,
                login,
                startTls,
                pipelining,
                messagesPerConnection,
                perSecond,
                html,
                patience);
    }

    public LoadOptions withHeaders(List<String> lines) {
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
                lines,
                login,
                startTls,
                pipelining,
                messagesPerConnection,
                perSecond,
                html,
                patience);
    }

    public LoadOptions withLogin(String user, String password) {
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
                Optional.of(new Login(user, password)),
                startTls,
                pipelining,
                messagesPerConnection,
                perSecond,
                html,
                patience);
    }

    public LoadOptions withStartTls(boolean use) {
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
                use,
                pipelining,
                messagesPerConnection,
                perSecond,
                html,
                patience);
    }

    public LoadOptions withPipelining(boolean use) {
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
                use,
                messagesPerConnection,
                perSecond,
                html,
                patience);
    }

    public LoadOptions withMessagesPerConnection(int count) {
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
                count,
                perSecond,
                html,
                patience);
    }

    public LoadOptions withRate(int messagesPerSecond) {
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
                messagesPerSecond,
                html,
                patience);
    }

    public LoadOptions withHtml(boolean withLinks) {
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
                withLinks,
                patience);
    }

    public LoadOptions withPatience(Duration time) {
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
                time);
    }
}
