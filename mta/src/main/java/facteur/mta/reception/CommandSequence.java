package facteur.mta.reception;

import java.util.Locale;
import java.util.Optional;

/** Which command may come when (RFC 5321 4.1.4, RFC 4954 4, RFC 3207 4). */
public final class CommandSequence {
    private CommandSequence() {}

    /** Why the command may not come now; empty when it may. */
    public static Optional<String> refusal(SmtpSession smtpSession, String verb, String argument) {
        return switch (verb.toUpperCase(Locale.ROOT)) {
            case "MAIL" -> mail(smtpSession);
            case "RCPT" ->
                    smtpSession.isInTransaction()
                            ? Optional.empty()
                            : Optional.of("503 5.5.1 MAIL first");
            case "DATA" -> data(smtpSession, argument);
            case "AUTH" -> auth(smtpSession);
            case "STARTTLS" -> startTls(smtpSession, argument);
            case "EHLO", "HELO" ->
                    argument.isBlank()
                            ? Optional.of(
                                    "501 5.5.4 host name required: "
                                            + verb.toUpperCase(Locale.ROOT)
                                            + " host")
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<String> mail(SmtpSession smtpSession) {
        if (!smtpSession.isGreeted()) {
            return Optional.of("503 5.5.1 EHLO first");
        }
        if (smtpSession.isInTransaction()) {
            return Optional.of("503 5.5.1 a transaction is under way");
        }
        return smtpSession.credential().isPresent()
                ? Optional.empty()
                : Optional.of("530 5.7.0 authentication required");
    }

    private static Optional<String> data(SmtpSession smtpSession, String argument) {
        if (!argument.isBlank()) {
            return Optional.of("501 5.5.4 DATA takes no argument");
        }
        if (!smtpSession.isInTransaction()) {
            return Optional.of("503 5.5.1 MAIL first");
        }
        return smtpSession.recipientCount() > 0
                ? Optional.empty()
                : Optional.of("554 5.5.1 no valid recipients");
    }

    private static Optional<String> auth(SmtpSession smtpSession) {
        if (!smtpSession.isGreeted()) {
            return Optional.of("503 5.5.1 EHLO first");
        }
        if (smtpSession.isAuthenticated()) {
            return Optional.of("503 5.5.1 already authenticated");
        }
        if (smtpSession.isInTransaction()) {
            return Optional.of("503 5.5.1 not during a transaction");
        }
        return smtpSession.rules().requireTlsForAuth() && !smtpSession.isTls()
                ? Optional.of("538 5.7.11 TLS is required before AUTH; use STARTTLS")
                : Optional.empty();
    }

    private static Optional<String> startTls(SmtpSession smtpSession, String argument) {
        if (!argument.isBlank()) {
            return Optional.of("501 5.5.4 STARTTLS takes no argument");
        }
        if (smtpSession.isInTransaction()) {
            return Optional.of("503 5.5.1 not during a transaction");
        }
        return smtpSession.isTls()
                ? Optional.of("503 5.5.1 TLS is active already")
                : Optional.empty();
    }
}
