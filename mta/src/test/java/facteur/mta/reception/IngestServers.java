package facteur.mta.reception;

import facteur.config.CredentialSettings;
import facteur.config.Secret;
import facteur.config.access.Admission;
import facteur.config.password.bouncycastle.Argon2id;
import facteur.mail.message.MailId;
import facteur.mail.message.MailIds;
import facteur.mail.message.TrackingMode;
import facteur.mta.reception.james.JamesSessionFactory;
import facteur.mta.reception.james.StockJames;
import facteur.mta.reception.james.SubmissionDialogue;
import facteur.mta.routing.AddressPolicy;
import facteur.mta.smtpd.Timeouts;
import facteur.mta.smtpd.netty.SmtpListener;
import facteur.mta.smtpd.netty.SmtpService;
import facteur.mta.submission.KnownCredentials;
import facteur.mta.submission.Submission;
import facteur.mta.trace.Trace;
import facteur.store.Store;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A server for the benchmark, in a process of its own so that its CPU time is its own: {@code
 * facteur DIRECTORY} or {@code james}. Prints its port, and runs until its input ends.
 */
final class IngestServers {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private IngestServers() {}

    public static void main(String[] arguments) throws Exception {
        int port =
                arguments[0].equals("james")
                        ? StockJames.listen()
                        : facteur(Path.of(arguments[1])).address().getPort();
        System.out.println(port);
        while (System.in.read() >= 0) {
            // Until whoever started us is gone.
        }
        System.exit(0);
    }

    private static SmtpListener facteur(Path directory) throws Exception {
        Store store = Store.open(Store.Options.of(directory));
        Submission submission =
                new Submission(
                        store,
                        new MailIds(1, new MailId(0)),
                        InstantSource.system(),
                        () -> new Submission.Rules("bench.example", 25 << 20, TrackingMode.FULL),
                        _ -> {},
                        () -> false);
        KnownCredentials credentials =
                new KnownCredentials(
                        List.of(CredentialSettings.unrestricted("app", new Secret("unused"))),
                        new Argon2id(),
                        Runnable::run);
        JamesSessionFactory sessions =
                Sessions.of(submission, credentials, new AddressPolicy(List.of()));
        return SmtpListener.open(
                new InetSocketAddress(LOOPBACK, 0),
                SmtpService.Security.NONE,
                new SmtpListener.Proxy.None(),
                new SmtpService(
                        "submissions",
                        new SubmissionDialogue.Factory(
                                sessions,
                                submission,
                                () -> new SmtpSession.Rules(false, false, true, 1000),
                                () -> credentials.of("app")),
                        new Admission(),
                        () -> new Admission.Limits(1000, 1000),
                        Optional::empty,
                        Timeouts.SUBMISSION,
                        new Trace(InstantSource.system())),
                new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory()),
                EpollServerSocketChannel.class);
    }
}
