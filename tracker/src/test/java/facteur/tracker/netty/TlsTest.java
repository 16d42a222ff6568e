package facteur.tracker.netty;

import static facteur.tracker.netty.Ground.ANNE;
import static facteur.tracker.netty.Ground.PATIENCE;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.config.unit.Network;
import facteur.mail.event.EngagementEvent;
import facteur.mail.token.Token;
import facteur.store.journal.FileOpener;
import facteur.testkit.tls.LabCertificate;

import io.netty.handler.ssl.SslContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** HTTPS, HTTP/2 and what stands before them. */
class TlsTest {
    private static final Network LOOPBACK = Network.parse("127.0.0.0/8").orElseThrow();

    @TempDir private Path directory;

    private final Map<String, SslContext> contexts =
            Map.of("one.example", context("one.example"), "two.example", context("two.example"));
    private Ground ground;

    @BeforeEach
    void start() throws IOException {
        SslContext first = Objects.requireNonNull(contexts.get("one.example"));
        Optional<Function<String, SslContext>> certificates =
                Optional.of(name -> Objects.requireNonNullElse(contexts.get(name), first));
        ground =
                new Ground(
                        directory,
                        FileOpener.real(),
                        Ground.LIMITS,
                        List.of(
                                new TrackerListener(
                                        Ground.anyPort(), certificates, false, List.of()),
                                new TrackerListener(
                                        Ground.anyPort(), certificates, true, List.of(LOOPBACK)),
                                new TrackerListener(
                                        Ground.anyPort(), Optional.empty(), true, List.of())));
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    private static SslContext context(String name) {
        try {
            return Ground.context(LabCertificate.of(name, "localhost"), "h2", "http/1.1");
        } catch (IOException e) {
            throw new IllegalStateException("make a context for " + name, e);
        }
    }

    private HttpResponse<byte[]> send(HttpClient.Version version, HttpRequest.Builder request)
            throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(version)
                        .sslContext(LabCertificate.trustingContext())
                        .build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + ground.port() + path))
                .timeout(PATIENCE)
                .header("User-Agent", Ground.BROWSER);
    }

    @Test
    void both_versions_of_http_are_spoken_and_say_the_same() throws Exception {
        String target = "https://shop.example/a?b=1#c";
        String click = "/c/" + ground.seal.seal(new Token.Click(ANNE, 3, target));
        String open = "/o/" + ground.seal.seal(new Token.Open(ANNE));
        String unsubscribe = "/u/" + ground.seal.seal(new Token.Unsubscribe(ANNE));
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpResponse<byte[]> redirect = send(version, to(click).GET());
            assertEquals(version, redirect.version());
            assertEquals(302, redirect.statusCode());
            assertEquals(target, redirect.headers().firstValue("location").orElseThrow());
            assertEquals(43, send(version, to(open).GET()).body().length);
            assertEquals(404, send(version, to(click + "x").GET()).statusCode());
            HttpResponse<byte[]> head =
                    send(version, to(open).method("HEAD", HttpRequest.BodyPublishers.noBody()));
            assertEquals(0, head.body().length);
            assertEquals(405, send(version, to(open).DELETE()).statusCode());
            HttpResponse<byte[]> done =
                    send(
                            version,
                            to(unsubscribe)
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "List-Unsubscribe=One-Click")));
            assertEquals(200, done.statusCode());
            HttpResponse<byte[]> tooMuch =
                    send(
                            version,
                            to(unsubscribe)
                                    .POST(HttpRequest.BodyPublishers.ofString("x".repeat(5000))));
            assertEquals(413, tooMuch.statusCode());
        }
        assertEquals(
                2,
                ground.events().stream()
                        .filter(EngagementEvent.Unsubscribed.class::isInstance)
                        .count());
    }

    @Test
    void each_host_shows_its_own_certificate() throws Exception {
        for (String name : List.of("one.example", "two.example")) {
            assertEquals("CN=" + name, shown(name));
        }
        assertEquals("CN=one.example", shown("other.example"));
    }

    private String shown(String name) throws Exception {
        try (SSLSocket socket =
                (SSLSocket)
                        LabCertificate.trustingContext()
                                .getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), ground.port())) {
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
    void the_proxy_header_stands_before_tls_and_is_taken_from_the_trusted_only() throws Exception {
        int port = ground.server.addresses().get(1).getPort();
        String open = "/o/" + ground.seal.seal(new Token.Open(ANNE));
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // An address of Exchange Online's filters, which is thus taken for a machine's.
            plain.getOutputStream()
                    .write(
                            "PROXY TCP4 40.92.1.1 192.0.2.1 5000 443\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            try (SSLSocket socket =
                    (SSLSocket)
                            LabCertificate.trustingContext()
                                    .getSocketFactory()
                                    .createSocket(plain, "two.example", port, true)) {
                socket.getOutputStream()
                        .write(
                                ("GET "
                                                + open
                                                + " HTTP/1.1\r\nConnection: close\r\nUser-Agent: "
                                                + Ground.BROWSER
                                                + "\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                String answer =
                        new String(
                                socket.getInputStream().readAllBytes(),
                                StandardCharsets.ISO_8859_1);
                assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            }
        }
        await().atMost(PATIENCE).until(() -> !ground.events().isEmpty());
        EngagementEvent.Opened opened = (EngagementEvent.Opened) ground.events().getFirst();
        assertEquals(EngagementEvent.Audience.MACHINE, opened.audience());
        int strangers = ground.server.addresses().get(2).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), strangers)) {
            assertEquals(-1, socket.getInputStream().read());
        }
    }
}
