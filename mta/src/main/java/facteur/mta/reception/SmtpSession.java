package facteur.mta.reception;

import facteur.mail.address.ReversePath;
import facteur.mail.message.Envelope;
import facteur.mail.message.MailOptions;
import facteur.mail.message.Recipient;
import facteur.mta.smtpd.TraceMask;
import facteur.mta.submission.Credential;
import facteur.mta.submission.Draft;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a client stands: its login, and the envelope that it is writing. Owned by the event loop of
 * the connection.
 */
public final class SmtpSession {
    /** What a listener asks of its clients. */
    public record Rules(
            boolean requireAuth,
            boolean requireTlsForAuth,
            boolean trustLoopback,
            int maxRecipients) {}

    /** A login takes a handful, with STARTTLS, and a monitor says a few more. */
    static final int LINES_BEFORE_LOGIN = 100;

    private final Rules rules;
    private final InetAddress client;
    private final Optional<Credential> trusted;
    private String helo = "";
    private boolean extended;
    private boolean tls;
    private Optional<Credential> credential = Optional.empty();
    private Optional<ReversePath> from = Optional.empty();
    private MailOptions options = MailOptions.NONE;
    private Optional<String> envelopeId = Optional.empty();
    private final List<Recipient> recipients = new ArrayList<>();
    private int failedLogins;
    private int mistakes;
    private int linesBeforeLogin;

    /**
     * @param trusted the credential of clients that need not authenticate
     */
    public SmtpSession(Rules rules, InetAddress client, boolean tls, Optional<Credential> trusted) {
        this.rules = rules;
        this.client = client;
        this.tls = tls;
        this.trusted = trusted;
    }

    public Rules rules() {
        return rules;
    }

    public InetAddress client() {
        return client;
    }

    public void greeted(String name, boolean withEhlo) {
        helo = name;
        extended = withEhlo;
        reset();
    }

    public boolean isGreeted() {
        return !helo.isEmpty();
    }

    /** RFC 3207 4.2: after the handshake nothing is known that was said before. */
    public void tlsStarted() {
        tls = true;
        helo = "";
        credential = Optional.empty();
        reset();
    }

    public boolean isTls() {
        return tls;
    }

    /** The credential of this client as it reads now. */
    public void isNow(Credential current) {
        if (credential.isPresent()) {
            credential = Optional.of(current);
        }
    }

    public void authenticated(Credential who) {
        credential = Optional.of(who);
    }

    /** Who submits: the login, or a client that is trusted without. */
    public Optional<Credential> credential() {
        return credential.or(() -> trusted);
    }

    /** Octets of a message at most, from this client. */
    public long maxSize(long ofServer) {
        return credential().map(who -> who.maxSize(ofServer)).orElse(ofServer);
    }

    public boolean isAuthenticated() {
        return credential.isPresent();
    }

    /**
     * @return failures so far
     */
    public int loginFailed() {
        return ++failedLogins;
    }

    /**
     * @return commands so far that were none
     */
    public int mistaken() {
        return ++mistakes;
    }

    /** Counts a line; whether there were too many of a client that has not logged in. */
    public boolean isTalkative() {
        return credential().isEmpty() && ++linesBeforeLogin > LINES_BEFORE_LOGIN;
    }

    /**
     * A line of the client as an operator may see it: without secrets.
     *
     * @param answersChallenge whether it is what a 334 asked for
     */
    public String shown(String line, boolean answersChallenge) {
        return TraceMask.shown(line, answersChallenge);
    }

    public void begin(ReversePath path, MailOptions itsOptions, Optional<String> itsEnvelopeId) {
        reset();
        from = Optional.of(path);
        options = itsOptions;
        envelopeId = itsEnvelopeId;
    }

    public boolean isInTransaction() {
        return from.isPresent();
    }

    public MailOptions options() {
        return options;
    }

    /**
     * Adds a recipient as often as it is named: every 250 has its row, and what is a duplicate is
     * found with the other spellings of a mailbox.
     */
    public void add(Recipient recipient) {
        recipients.add(recipient);
    }

    public int recipientCount() {
        return recipients.size();
    }

    public void reset() {
        from = Optional.empty();
        options = MailOptions.NONE;
        envelopeId = Optional.empty();
        recipients.clear();
    }

    /** The envelope as it stands, with who hands it in. */
    public Draft draft() {
        Envelope envelope =
                new Envelope(from.orElseThrow(), List.copyOf(recipients), options, envelopeId);
        return new Draft(
                credential().orElseThrow(), envelope, client.getHostAddress(), helo, protocol());
    }

    /** RFC 3848, RFC 6531 4.3. */
    private String protocol() {
        if (!extended) {
            return "SMTP";
        }
        return (options.utf8() ? "UTF8SMTP" : "ESMTP")
                + (tls ? "S" : "")
                + (isAuthenticated() ? "A" : "");
    }
}
