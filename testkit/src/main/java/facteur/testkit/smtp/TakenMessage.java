package facteur.testkit.smtp;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A message a laboratory server took, that is answered 250.
 *
 * @param helo the name the client gave itself
 * @param mailFrom the reverse path without angle brackets, empty for the null one
 * @param parameters those of MAIL, by upper-case keyword; a keyword without value has an empty one
 * @param recipients the accepted ones, in order
 * @param recipientParameters those of RCPT, as they came after the path, for each recipient
 * @param message the bytes after dot-unstuffing; empty when the server keeps no bodies
 * @param size the size of the message in bytes, also when it was not kept
 * @param connection the number of the connection at this server, from 1
 */
@SuppressWarnings(
        "ArrayRecordComponent") // a message is looked into, never compared as a whole; it can be
// megabytes
public record TakenMessage(
        Instant at,
        String helo,
        boolean tls,
        InetAddress peer,
        String mailFrom,
        Map<String, String> parameters,
        List<String> recipients,
        List<String> recipientParameters,
        byte[] message,
        long size,
        int connection) {
    public TakenMessage {
        parameters = Map.copyOf(parameters);
        recipients = List.copyOf(recipients);
        recipientParameters = List.copyOf(recipientParameters);
    }

    /** The whole message as text; bytes that are not UTF-8 are replaced. */
    public String text() {
        return new String(message, StandardCharsets.UTF_8);
    }

    /** The unfolded value of the first header field of that name, in any case. */
    public Optional<String> header(String name) {
        return Headers.first(message, name);
    }

    /** Whether the mail was for this address, in any case. */
    public boolean isFor(String address) {
        return recipients.stream().anyMatch(address::equalsIgnoreCase);
    }

    TakenMessage withoutMessage() {
        return new TakenMessage(
                at,
                helo,
                tls,
                peer,
                mailFrom,
                parameters,
                recipients,
                recipientParameters,
                new byte[0],
                size,
                connection);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "<%s> to %s, %d bytes, %s on connection %d",
                mailFrom,
                recipients,
                size,
                tls ? "TLS" : "plain",
                connection);
    }
}
