package facteur.tracker.netty;

import facteur.config.descriptor.Descriptors;
import facteur.config.unit.Network;
import facteur.mail.event.Event;
import facteur.mail.message.MailId;
import facteur.mail.message.RecipientId;
import facteur.mail.message.TrackingMode;
import facteur.mail.token.Keyring;
import facteur.mail.token.TokenSeal;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.journal.Position;
import facteur.testkit.tls.LabCertificate;
import facteur.tracker.engagement.HitContext;
import facteur.tracker.engagement.HitPolicy;
import facteur.tracker.engagement.RobotRules;
import facteur.tracker.recording.Recorder;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A tracker on loopback with a journal behind it, and what asks it. */
final class Ground implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final RecipientId ANNE = new RecipientId(new MailId(7), 1);
    static final String BROWSER =
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    static final TrackerLimits LIMITS =
            new TrackerLimits(
                    1_000, 1_000, TrackerLimits.FIRST_REQUEST, TrackerLimits.NEXT_REQUEST);

    final TokenSeal seal = new TokenSeal(Keyring.create(Instant.EPOCH, new SecureRandom()));
    final TrackerCounters figures = TrackerCounters.zero();
    final Store store;
    final Recorder recorder;
    final TrackerServer server;
    private final TrackerLoops loops;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    Ground(Path directory) throws IOException {
        this(directory, TrackerLoops.Transport.cheapest());
    }

    Ground(Path directory, TrackerLoops.Transport transport) throws IOException {
        this(directory, transport, Descriptors.ofThisProcess());
    }

    Ground(Path directory, TrackerLoops.Transport transport, Descriptors descriptors)
            throws IOException {
        this(
                directory,
                transport,
                FileOpener.real(),
                LIMITS,
                List.of(plain(List.of())),
                descriptors);
    }

    Ground(
            Path directory,
            FileOpener disk,
            TrackerLimits trackerLimits,
            List<TrackerListener> listeners)
            throws IOException {
        this(
                directory,
                TrackerLoops.Transport.cheapest(),
                disk,
                trackerLimits,
                listeners,
                Descriptors.ofThisProcess());
    }

    private Ground(
            Path directory,
            TrackerLoops.Transport transport,
            FileOpener disk,
            TrackerLimits trackerLimits,
            List<TrackerListener> listeners,
            Descriptors descriptors)
            throws IOException {
        loops = new TrackerLoops(transport, 1);
        store = Store.open(new Store.Options(directory, 8 << 20, disk));
        InstantSource clock = InstantSource.system();
        RobotRules rules = RobotRules.shipped();
        recorder =
                new Recorder(
                        store.journal(),
                        new HitPolicy(
                                () -> rules,
                                tokens ->
                                        Collections.nCopies(
                                                tokens.size(),
                                                new HitContext(
                                                        Optional.empty(), TrackingMode.FULL))),
                        clock);
        server =
                TrackerServer.open(
                        listeners,
                        trackerLimits,
                        new TrackerDependencies(() -> seal, recorder, clock, figures, _ -> {}),
                        loops,
                        descriptors);
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    static TrackerListener plain(List<Network> trusted) {
        return new TrackerListener(anyPort(), Optional.empty(), false, trusted);
    }

    /** HTTPS for localhost, where clients may ask for these protocols. */
    static TrackerListener secure(String... protocols) throws IOException {
        SslContext context = context(LabCertificate.of("localhost"), protocols);
        return new TrackerListener(anyPort(), Optional.of(_ -> context), false, List.of());
    }

    /** Where clients may ask for these protocols (RFC 7301). */
    static SslContext context(LabCertificate certificate, String... protocols) throws IOException {
        return SslContextBuilder.forServer(
                        pem(certificate.certificatePem()), pem(certificate.keyPem()))
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                protocols))
                .build();
    }

    private static InputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    int port() {
        return server.addresses().getFirst().getPort();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(PATIENCE)
                .header("User-Agent", BROWSER);
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return socket;
    }

    /** Sends octets as they are, and reads all that comes until the server closes. */
    String raw(String octets) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<Event> events() throws IOException {
        List<Event> events = new ArrayList<>();
        Position from = Position.START;
        while (from.compareTo(store.journal().durable()) < 0) {
            from = store.journal().read(from, 1000, (_, event) -> events.add(event));
        }
        return events;
    }

    @Override
    public void close() {
        server.close();
        recorder.close();
        store.close();
        client.close();
        loops.close();
    }
}
