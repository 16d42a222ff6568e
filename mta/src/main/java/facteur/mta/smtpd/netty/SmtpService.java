package facteur.mta.smtpd.netty;

import facteur.config.access.Admission;
import facteur.mta.smtpd.ServerDialogue;
import facteur.mta.smtpd.Timeouts;
import facteur.mta.trace.Trace;

import io.netty.handler.ssl.SslContext;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What all listeners of a service have in common.
 *
 * @param name what is listened for, for messages: "submissions"
 * @param dialogues what clients are answered
 * @param admission who is in, over all listeners
 * @param limits of connections, those in force
 * @param certificate the current TLS context; asked anew for each connection, so that a renewed one
 *     is used at once; empty: TLS is not offered
 * @param trace told what is said, without secrets
 */
public record SmtpService(
        String name,
        ServerDialogue.Factory dialogues,
        Admission admission,
        Supplier<Admission.Limits> limits,
        Supplier<Optional<SslContext>> certificate,
        Timeouts timeouts,
        Trace trace) {
    /** When the client speaks TLS. */
    public enum Security {
        NONE,
        STARTTLS,
        IMPLICIT
    }
}
