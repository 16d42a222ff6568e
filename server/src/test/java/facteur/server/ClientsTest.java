package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Clients as applications use them hand in mail, unmodified. */
class ClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;

    @Test
    void swaks_submits_with_starttls_and_auth() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            InetSocketAddress at = facteur.submission();
            Peers.Ended ended =
                    Peers.run(
                            PATIENCE,
                            directory,
                            List.of(
                                    Peers.needed("/usr/bin/swaks"),
                                    "--server",
                                    "127.0.0.1:" + at.getPort(),
                                    "--tls",
                                    "--auth",
                                    "LOGIN",
                                    "--auth-user",
                                    LabServer.USER,
                                    "--auth-password",
                                    LabServer.PASSWORD,
                                    "--from",
                                    "news@sender.example",
                                    "--to",
                                    "ok.swaks@gmail.lab",
                                    "--header",
                                    "Subject: from swaks"));
            assertEquals(0, ended.status(), ended.output());
            var taken =
                    facteur.lab().provider("gmail").log().awaitFor("ok.swaks@gmail.lab", PATIENCE);
            assertEquals("from swaks", taken.header("Subject").orElseThrow());
        }
    }

    @Test
    void python_smtplib_submits_over_implicit_tls_and_starttls() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Path script = directory.resolve("submit.py");
            Files.writeString(
                    script,
                    """
                    import smtplib, ssl, sys
                    from email.message import EmailMessage
                    starttls, implicit, user, password = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
                    trusting = ssl.create_default_context()
                    trusting.check_hostname = False
                    trusting.verify_mode = ssl.CERT_NONE

                    def mail(to):
                        m = EmailMessage()
                        m['From'], m['To'], m['Subject'] = 'news@sender.example', to, 'Grüße'
                        m.set_content('Bonjour à tous\\n.dot\\n')
                        m.add_alternative('<p>Bonjour <a href="https://shop.example/">là</a></p>', subtype='html')
                        return m

                    with smtplib.SMTP('127.0.0.1', starttls, timeout=30) as s:
                        s.starttls(context=trusting)
                        s.login(user, password)
                        s.send_message(mail('ok.one@gmail.lab'))
                        s.send_message(mail('ok.two@gmail.lab'))
                    with smtplib.SMTP_SSL('127.0.0.1', implicit, timeout=30, context=trusting) as s:
                        s.login(user, password)
                        s.send_message(mail('ok.three@gmail.lab'))
                    try:
                        with smtplib.SMTP('127.0.0.1', starttls, timeout=30) as s:
                            s.login(user, 'wrong')
                        sys.exit('a wrong password was accepted')
                    except smtplib.SMTPAuthenticationError as refused:
                        print(refused)
                    """);
            List<InetSocketAddress> at = facteur.server().submissionAddresses();
            Peers.Ended ended =
                    Peers.run(
                            PATIENCE,
                            directory,
                            List.of(
                                    "python3",
                                    script.toString(),
                                    String.valueOf(at.get(0).getPort()),
                                    String.valueOf(at.get(1).getPort()),
                                    LabServer.USER,
                                    LabServer.PASSWORD));
            assertEquals(0, ended.status(), ended.output());
            assertTrue(ended.output().contains("535"), ended.output());
            for (String recipient :
                    List.of("ok.one@gmail.lab", "ok.two@gmail.lab", "ok.three@gmail.lab")) {
                facteur.lab().provider("gmail").log().awaitFor(recipient, PATIENCE);
            }
        }
    }

    @Test
    void curl_submits_a_message() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Path mail = directory.resolve("mail.eml");
            Files.writeString(
                    mail,
                    "From: news@sender.example\r\n"
                            + "To: ok.curl@gmail.lab\r\n"
                            + "Subject: from curl\r\n\r\n"
                            + "hello\r\n");
            Peers.Ended ended =
                    Peers.run(
                            PATIENCE,
                            directory,
                            List.of(
                                    "curl",
                                    "-sS",
                                    "--insecure",
                                    "--ssl-reqd",
                                    "--url",
                                    "smtp://127.0.0.1:" + facteur.submission().getPort(),
                                    "--user",
                                    LabServer.USER + ":" + LabServer.PASSWORD,
                                    "--mail-from",
                                    "news@sender.example",
                                    "--mail-rcpt",
                                    "ok.curl@gmail.lab",
                                    "--upload-file",
                                    mail.toString()));
            assertEquals(0, ended.status(), ended.output());
            facteur.lab().provider("gmail").log().awaitFor("ok.curl@gmail.lab", PATIENCE);
        }
    }

    @Test
    void nodemailer_submits_pooled_with_attachments_and_embedded_images() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            Path script = Peers.inTests("clients/submit.mjs");
            Peers.Ended ended =
                    Peers.run(
                            PATIENCE,
                            directory,
                            List.of(
                                    Peers.needed("/usr/bin/node", "/usr/local/bin/node"),
                                    script.toString(),
                                    String.valueOf(facteur.submission().getPort()),
                                    LabServer.USER,
                                    LabServer.PASSWORD));
            assertEquals(0, ended.status(), ended.output());
            for (int i = 0; i < 20; i++) {
                facteur.lab()
                        .provider("gmail")
                        .log()
                        .awaitFor("ok.node" + i + "@gmail.lab", PATIENCE);
            }
        }
    }

    @Test
    void angus_mail_submits_over_starttls_and_implicit_tls() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            for (boolean implicit : List.of(false, true)) {
                InetSocketAddress at = facteur.server().submissionAddresses().get(implicit ? 1 : 0);
                String to = "ok.angus" + implicit + "@gmail.lab";
                Peers.Ended ended = AngusClient.submit(directory, at.getPort(), implicit, to);
                assertEquals(0, ended.status(), ended.output());
                var taken = facteur.lab().provider("gmail").log().awaitFor(to, PATIENCE);
                assertEquals("angus", taken.header("Subject").orElseThrow(), "as it was handed in");
            }
        }
    }

    @Test
    void msmtp_submits_with_each_mechanism() throws Exception {
        try (LabServer facteur = LabServer.start(directory)) {
            for (String mechanism : List.of("plain", "login", "scram-sha-256")) {
                String to = "ok.msmtp." + mechanism + "@gmail.lab";
                Peers.Ended ended =
                        Peers.run(
                                PATIENCE,
                                directory,
                                List.of(
                                        "sh",
                                        "-c",
                                        """
                                        printf 'From: news@sender.example\\nTo: %s\\nSubject: msmtp\\n\\nhello\\n' %s |
                                        %s --file=/dev/null --host=127.0.0.1 --port=%d --tls=on --tls-starttls=on \
                                          --tls-certcheck=off --auth=%s --user=%s --passwordeval='printf "%%s" "%s"' \
                                          --from=news@sender.example %s
                                        """
                                                .formatted(
                                                        "%s",
                                                        to,
                                                        Peers.needed("/usr/bin/msmtp"),
                                                        facteur.submission().getPort(),
                                                        mechanism,
                                                        LabServer.USER,
                                                        LabServer.PASSWORD,
                                                        to)));
                assertEquals(0, ended.status(), mechanism + ": " + ended.output());
                facteur.lab().provider("gmail").log().awaitFor(to, PATIENCE);
            }
        }
    }
}
