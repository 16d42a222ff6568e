package facteur.mta.reception;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.access.Admission;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.config.unit.Network;
import facteur.mail.event.SubmissionEvent;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.reception.james.SubmissionDialogue;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.smtpd.Timeouts;
import facteur.mta.smtpd.netty.SmtpListener;
import facteur.mta.smtpd.netty.SmtpService;
import facteur.mta.smtpd.netty.SmtpService.Security;
import facteur.mta.submission.KnownCredentials;
import facteur.mta.submission.Submission;
import facteur.mta.trace.Trace;
import facteur.store.Store;
import facteur.store.journal.Position;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.tls.LabCertificate;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A real listener on a free port of loopback, in front of a real store. */
final class Door implements AutoCloseable {
    static final String USER = "app";
    static final String PASSWORD = "correct horse";
    static final long MAX_SIZE = 24L << 20;

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    // What tests write to.
    private static final AddressPolicy DESTINATIONS =
            new AddressPolicy(
                    List.of(
                            Network.parse("192.0.2.0/24").orElseThrow(),
                            Network.parse("2001:db8::/32").orElseThrow()));

    private final Admission admission = new Admission();
    private final AtomicBoolean diskIsLow = new AtomicBoolean();
    private final Store store;
    private final Submission submission;
    private final SmtpListener listener;
    private final Trace trace = new Trace(InstantSource.system());

    /** What differs from door to door. */
    record Options(
            Security security,
            SmtpSession.Rules rules,
            int maxPerClient,
            boolean proxy,
            CredentialSettings credential) {
        private static final CredentialSettings UNRESTRICTED =
                CredentialSettings.unrestricted(USER, new Secret(PASSWORD));

        /** Passwords are taken in clear; 5 recipients; 20 connections. */
        static Options open() {
            return new Options(
                    Security.STARTTLS,
                    new SmtpSession.Rules(true, false, false, 5),
                    20,
                    false,
                    UNRESTRICTED);
        }

        Options with(SmtpSession.Rules other) {
            return new Options(security, other, maxPerClient, proxy, credential);
        }

        Options with(Security other) {
            return new Options(other, rules, maxPerClient, proxy, credential);
        }

        Options withConnections(int most) {
            return new Options(security, rules, most, proxy, credential);
        }

        Options with(CredentialSettings other) {
            return new Options(security, rules, maxPerClient, proxy, other);
        }

        Options behindProxy() {
            return new Options(security, rules, maxPerClient, true, credential);
        }
    }

    Door(Path directory, Options options) throws IOException {
        store = Store.open(Store.Options.of(directory));
        submission =
                new Submission(
                        store,
                        new MailIds(1, new MailId(0)),
                        InstantSource.system(),
                        () -> new Submission.Rules("door.example", MAX_SIZE, TrackingMode.FULL),
                        _ -> {},
                        diskIsLow::get);
        KnownCredentials credentials =
                new KnownCredentials(List.of(options.credential()), new Argon2id(), Runnable::run);
        Optional<SslContext> tls = Optional.of(tls());
        JamesSessionFactory sessions = Sessions.of(submission, credentials, DESTINATIONS);
        listener =
                SmtpListener.open(
                        new InetSocketAddress(java.net.InetAddress.ofLiteral("127.0.0.1"), 0),
                        options.security(),
                        options.proxy()
                                ? new SmtpListener.Proxy.From(_ -> true)
                                : new SmtpListener.Proxy.None(),
                        new SmtpService(
                                "submissions",
                                new SubmissionDialogue.Factory(
                                        sessions,
                                        submission,
                                        options::rules,
                                        () -> credentials.of(USER)),
                                admission,
                                () -> new Admission.Limits(100, options.maxPerClient()),
                                () -> tls,
                                Timeouts.SUBMISSION,
                                trace),
                        loops,
                        NioServerSocketChannel.class);
    }

    private static SslContext tls() throws IOException {
        LabCertificate certificate = LabCertificate.of("door.example");
        return SslContextBuilder.forServer(
                        ascii(certificate.certificatePem()), ascii(certificate.keyPem()))
                .build();
    }

    private static InputStream ascii(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    Admission admission() {
        return admission;
    }

    Trace trace() {
        return trace;
    }

    InetSocketAddress address() {
        return listener.address();
    }

    SmtpTalk connect() throws IOException {
        return SmtpTalk.connect(address());
    }

    /** A client that has said EHLO and logged in. */
    SmtpTalk loggedIn() throws IOException {
        SmtpTalk talk = connect();
        talk.greet("client.example");
        talk.ask("AUTH PLAIN " + plain("", USER, PASSWORD), 235);
        return talk;
    }

    static String plain(String authorization, String user, String password) {
        return base64(authorization + "\0" + user + "\0" + password);
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    void diskIsLow(boolean low) {
        diskIsLow.set(low);
    }

    Submission submission() {
        return submission;
    }

    Position now() {
        return store.journal().durable();
    }

    /** A message that was taken. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Taken(SubmissionEvent.Accepted accepted, byte[] octets) {
        /** What the client sent: all but what was put in front. */
        String sent() {
            String whole = new String(octets, StandardCharsets.ISO_8859_1);
            int received = whole.indexOf("\r\n\t", whole.indexOf("\r\n\t") + 1);
            return whole.substring(whole.indexOf("\r\n", received + 1) + 2);
        }
    }

    /** What was taken after {@code from}. */
    List<Taken> takenSince(Position from) throws IOException {
        List<Taken> taken = new ArrayList<>();
        List<Position> places = new ArrayList<>();
        store.journal()
                .read(
                        from,
                        Integer.MAX_VALUE,
                        (position, event) -> {
                            if (event instanceof SubmissionEvent.Accepted) {
                                places.add(position);
                            }
                        });
        for (Position place : places) {
            var message = store.journal().message(place).orElseThrow();
            try (InputStream in = message.content().open()) {
                taken.add(new Taken(message.accepted(), in.readAllBytes()));
            }
        }
        return taken;
    }

    @Override
    public void close() {
        listener.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        store.close();
    }
}
