package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.address.AddressParser;
import facteur.mail.event.EngagementEvent;
import facteur.mail.event.Event;
import facteur.store.query.Queries;
import facteur.store.query.Readership;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;
import facteur.testkit.smtp.TakenMessage;
import facteur.testkit.tls.LabCertificate;
import facteur.testkit.web.DeliveredMail;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** What a running server makes of its readers: hosts, modes and refusals to be measured. */
class TrackerWiringTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path directory;

    private Laboratory lab;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        lab = Laboratory.start(LaboratoryOptions.defaults());
        for (String name : List.of("one.example", "two.example")) {
            certificate(name, name);
        }
        server =
                LabSettings.in(directory, lab)
                        .replace(
                                "tracker: { ",
                                """
                                tracker: { listeners: [{ address: "127.0.0.1:0", tls: implicit }], hosts: [
                                  { name: one.example, certificate: one.example.pem, key: one.example.key },
                                  { name: two.example, certificate: two.example.pem, key: two.example.key }],
                                """)
                        .serve();
    }

    @AfterEach
    void stop() {
        server.close();
        lab.close();
    }

    private void certificate(String file, String name) throws IOException {
        LabCertificate.of(name)
                .write(directory.resolve(file + ".pem"), directory.resolve(file + ".key"));
    }

    private String shown(String name) throws IOException {
        try (SSLSocket socket =
                (SSLSocket)
                        LabCertificate.trustingContext()
                                .getSocketFactory()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(),
                                        server.trackerAddresses().getLast().getPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void each_tracking_host_shows_its_certificate_and_a_renewed_one_without_a_restart()
            throws IOException {
        assertEquals("CN=one.example", shown("one.example"));
        assertEquals("CN=two.example", shown("two.example"));
        certificate("two.example", "renewed.example");
        await().atMost(PATIENCE).until(() -> shown("two.example").equals("CN=renewed.example"));
        assertEquals("CN=one.example", shown("one.example"));
    }

    private DeliveredMail delivered(String to, String track) throws Exception {
        try (SmtpTalk talk = SmtpTalk.connect(server.submissionAddresses().getFirst())) {
            talk.greet("client.example");
            assertEquals(235, talk.login(LabServer.USER, LabServer.PASSWORD).code());
            talk.ask("MAIL FROM:<news@sender.example>", 250);
            talk.ask("RCPT TO:<" + to + ">", 250);
            talk.ask("DATA", 354);
            talk.sendRaw(
                    """
                    From: News <news@sender.example>
                    To: you@one.example
                    Subject: Printemps
                    X-Campaign: spring
                    X-Track: %s
                    MIME-Version: 1.0
                    Content-Type: text/html; charset=utf-8

                    <html><body><a href="https://shop.example/">la boutique</a></body></html>
                    .
                    """
                            .formatted(track)
                            .replace("\n", "\r\n"));
            talk.expect(250);
        }
        TakenMessage takenMessage = lab.provider("gmail").log().awaitFor(to, PATIENCE);
        // Nobody reads within two seconds of the delivery: such a hit counts as a machine's.
        await().atMost(PATIENCE)
                .until(() -> Instant.now().isAfter(takenMessage.at().plusSeconds(3)));
        return DeliveredMail.parse(takenMessage.message());
    }

    private void visit(DeliveredMail mail, String kind) throws Exception {
        send(HttpRequest.newBuilder(address(mail.html().orElseThrow(), kind)).GET());
    }

    private static URI address(String text, String kind) {
        Matcher matcher =
                Pattern.compile("http://127\\.0\\.0\\.1:\\d+/" + kind + "/[A-Za-z0-9_-]+")
                        .matcher(text);
        assertTrue(matcher.find(), text);
        return URI.create(matcher.group());
    }

    private static int send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            request.header("User-Agent", "Mozilla/5.0 Firefox/140.0").build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private long contact(String address) {
        return views().contacts()
                .find(AddressParser.ascii().address(address).orElseThrow().key())
                .orElseThrow()
                .id();
    }

    private Queries views() {
        return server.store().views();
    }

    private List<Event> timeline(String address) {
        var recipient =
                views().contacts().messages(contact(address), Optional.empty(), 1).getFirst();
        return views().messages().timeline(recipient.id()).events();
    }

    @Test
    void hygiene_keeps_the_last_day_and_no_timeline() throws Exception {
        String anne = "ok.anne@gmail.lab";
        visit(delivered(anne, "hygiene"), "o");
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        await().atMost(PATIENCE)
                .until(
                        () ->
                                views().contacts()
                                        .readership(contact(anne))
                                        .map(Readership::lastSeen)
                                        .filter(day -> !day.isBefore(today))
                                        .isPresent());
        assertTrue(timeline(anne).stream().noneMatch(EngagementEvent.class::isInstance));
    }

    @Test
    void aggregate_counts_for_the_campaign_and_names_nobody() throws Exception {
        String anne = "ok.anne@gmail.lab";
        DeliveredMail mail = delivered(anne, "aggregate");
        visit(mail, "o");
        long campaign = views().campaigns().find("spring").orElseThrow().id();
        await().atMost(PATIENCE)
                .until(
                        () ->
                                views().campaigns()
                                        .countedOpens(campaign)
                                        .filter(row -> row.hits() == 1)
                                        .isPresent());
        visit(mail, "c");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                views().campaigns().links(campaign, 9).stream()
                                        .anyMatch(row -> row.hits() == 1));
        assertTrue(timeline(anne).stream().noneMatch(EngagementEvent.class::isInstance));
    }

    @Test
    void who_declines_to_be_measured_is_not_in_mail_of_before_either() throws Exception {
        String anne = "ok.anne@gmail.lab";
        DeliveredMail mail = delivered(anne, "all");
        String header =
                new String(
                        lab.provider("gmail").log().awaitFor(anne, PATIENCE).message(),
                        StandardCharsets.ISO_8859_1);
        URI unsubscribe = address(header.replace("\r\n ", ""), "u");
        assertEquals(
                200,
                send(
                        HttpRequest.newBuilder(unsubscribe)
                                .POST(HttpRequest.BodyPublishers.ofString("tracking=off"))));
        await().atMost(PATIENCE)
                .until(
                        () ->
                                views().contacts()
                                        .readership(contact(anne))
                                        .filter(Readership::isDeclined)
                                        .isPresent());
        visit(mail, "o");
        // A later hit of somebody else is there, so the one before it has been judged.
        String bert = "ok.bert@gmail.lab";
        visit(delivered(bert, "all"), "o");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                timeline(bert).stream()
                                        .anyMatch(EngagementEvent.Opened.class::isInstance));
        assertTrue(timeline(anne).stream().noneMatch(EngagementEvent.Opened.class::isInstance));
    }
}
