package facteur.mta.delivery.dialogue;

import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mail.smtp.Capabilities;
import facteur.mta.delivery.dialogue.Phase.Session;

import java.util.Locale;
import java.util.stream.Collectors;

/** The commands of a transaction, with the parameters that the host knows. */
final class Commands {
    static final String DATA = "DATA\r\n";

    private Commands() {}

    /** What leaves first: the whole envelope, or the first command alone. */
    static String envelope(Session session, Transaction transaction, SendMode sendMode) {
        return switch (sendMode) {
            case STEP_BY_STEP -> mail(session, transaction);
            case PIPELINED, BEHIND_THE_DOT -> mailAndRcpt(session, transaction) + DATA;
            case CHUNKED ->
                    mailAndRcpt(session, transaction) + "BDAT " + transaction.size() + " LAST\r\n";
        };
    }

    private static String mailAndRcpt(Session session, Transaction transaction) {
        StringBuilder lines = new StringBuilder(mail(session, transaction));
        transaction.recipients().forEach(recipient -> lines.append(rcpt(session, recipient)));
        return lines.toString();
    }

    private static String mail(Session session, Transaction transaction) {
        Capabilities can = session.capabilities();
        MailOptions options = transaction.options();
        StringBuilder line = new StringBuilder("MAIL FROM:").append(transaction.from());
        if (can.has("SIZE")) {
            line.append(" SIZE=").append(transaction.size());
        }
        if (transaction.eightBit()) {
            line.append(" BODY=8BITMIME");
        }
        if (transaction.needsUtf8()) {
            line.append(" SMTPUTF8");
        }
        if (options.requireTls()) {
            line.append(" REQUIRETLS");
        }
        if (can.has("DSN")) {
            transaction.envelopeId().ifPresent(id -> line.append(" ENVID=").append(xtext(id)));
            line.append(options.returnHeadersOnly() ? " RET=HDRS" : "");
        }
        return line.append("\r\n").toString();
    }

    static String rcpt(Session session, Recipient recipient) {
        StringBuilder line = new StringBuilder("RCPT TO:<").append(recipient.address()).append('>');
        if (session.capabilities().has("DSN") && !recipient.notifyOn().isEmpty()) {
            line.append(" NOTIFY=")
                    .append(
                            recipient.notifyOn().stream()
                                    .map(n -> n.name().toUpperCase(Locale.ROOT))
                                    .sorted()
                                    .collect(Collectors.joining(",")));
            recipient
                    .originalRecipient()
                    .ifPresent(given -> line.append(" ORCPT=").append(originalRecipient(given)));
        }
        return line.append("\r\n").toString();
    }

    private static String originalRecipient(String given) {
        int type = given.indexOf(';');
        return given.substring(0, type + 1) + xtext(given.substring(type + 1));
    }

    /** RFC 3461 4. */
    private static String xtext(String text) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c > ' ' && c < 0x7f && c != '+' && c != '=';
            encoded.append(plain ? String.valueOf(c) : String.format("+%02X", (int) c));
        }
        return encoded.toString();
    }
}
