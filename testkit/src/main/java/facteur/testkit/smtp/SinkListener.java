package facteur.testkit.smtp;

import java.util.List;

/**
 * Is told of each message a {@link CountingSink} takes, before 250 is said, on the thread of its
 * connection.
 */
@FunctionalInterface
public interface SinkListener {
    /**
     * A message came.
     *
     * @param id the value of X-Lab-Id, or without it of Message-ID; empty when it has neither
     * @param recipients as given in RCPT
     */
    void took(String id, List<String> recipients);
}
