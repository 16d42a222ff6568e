package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.admin.AdminAccounts;
import facteur.config.read.SettingsResult;
import facteur.mail.address.AddressKey;
import facteur.mail.suppression.Suppression;
import facteur.store.query.Queries;
import facteur.store.query.RecipientState;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;
import facteur.testkit.smtp.SmtpTalk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A server with a laboratory around it, for one test. */
public final class LabServer implements AutoCloseable {
    public static final String USER = "app";
    public static final String PASSWORD = "correct horse";

    private final Path directory;
    private final Laboratory lab;
    private final String more;
    private Server server;

    private LabServer(Path directory, Laboratory lab, Server server, String more) {
        this.more = more;
        this.directory = directory;
        this.lab = lab;
        this.server = server;
    }

    public static LabServer start(Path directory) throws IOException {
        return start(directory, LaboratoryOptions.defaults());
    }

    public static LabServer start(Path directory, LaboratoryOptions options) throws IOException {
        Laboratory lab = Laboratory.start(options);
        return new LabServer(directory, lab, Server.start(settings(directory, lab, "")), "");
    }

    /** With a return-path domain, to whose receiver the providers send bounces and complaints. */
    public static LabServer withFeedback(Path directory) throws IOException {
        int port = Peers.freePort();
        Laboratory lab =
                Laboratory.start(
                        LaboratoryOptions.defaults()
                                .withFeedback(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), port),
                                        Duration.ofMillis(200)));
        String more =
                """
                feedback: { return_path_domain: bounces.sender.example, listen: "127.0.0.1:%d" }
                """
                        .formatted(port);
        return new LabServer(directory, lab, Server.start(settings(directory, lab, more)), more);
    }

    /** With further lines of configuration. */
    public static LabServer with(Path directory, String more) throws IOException {
        Laboratory lab = Laboratory.start(LaboratoryOptions.defaults());
        return new LabServer(directory, lab, Server.start(settings(directory, lab, more)), more);
    }

    /**
     * @param more further lines of configuration
     */
    public static SettingsResult.Good settings(Path directory, Laboratory lab, String more)
            throws IOException {
        String yaml =
                """
                hostname: mail.sender.example
                data_dir: %1$s
                submission:
                  listeners:
                    - { address: "127.0.0.1:0", tls: starttls }
                    - { address: "127.0.0.1:0", tls: implicit }
                  require_tls_for_auth: false
                  max_connections: 500
                credentials:
                  - { user: app, password: "%2$s", campaigns: any }
                dns: { servers: ["127.0.0.1:%3$d"] }
                delivery:
                  port: %5$d
                  allow_networks: ["127.0.0.0/8"]
                  retry: [1s, 2s, 4s]
                  max_age: 1h
                  max_connections: 500
                store: { segment_size: 8MiB, min_free_space: 1MiB }
                tracking: { base_url: "http://127.0.0.1:%4$d", mode: full }
                tracker: { listen: "127.0.0.1:%4$d", max_connections: 500 }
                admin: { listen: "127.0.0.1:0", initial_password: "a long password" }
                %6$s
                """
                        .formatted(
                                directory.resolve("data"),
                                PASSWORD,
                                lab.dns().address().getPort(),
                                Peers.freePort(),
                                lab.smtpPort(),
                                more);
        Path file = directory.resolve("facteur.yaml");
        Files.writeString(file, yaml);
        return LabSettings.read(file);
    }

    /** Stops the server in an orderly way and starts it again on the same data. */
    public void restart() throws IOException {
        server.close();
        server = Server.start(settings(directory, lab, more));
    }

    public Laboratory lab() {
        return lab;
    }

    public Server server() {
        return server;
    }

    public InetSocketAddress submission() {
        return server.submissionAddresses().getFirst();
    }

    /** A session of the application that may submit. */
    public SmtpTalk login() throws IOException {
        SmtpTalk talk = SmtpTalk.connect(submission());
        talk.greet("client.example");
        assertEquals(235, talk.login(USER, PASSWORD).code());
        return talk;
    }

    /** What the admin answers to the command line's key. */
    public String get(String path) throws IOException, InterruptedException {
        return send(asked(path).build()).body();
    }

    /** Orders something of the admin; its status. */
    public int post(String path, String json) throws IOException, InterruptedException {
        return send(asked(path).POST(HttpRequest.BodyPublishers.ofString(json)).build())
                .statusCode();
    }

    private HttpRequest.Builder asked(String path) throws IOException {
        String token =
                Files.readString(AdminAccounts.commandLineToken(server.settings().dataDir()))
                        .strip();
        URI uri = URI.create("http://127.0.0.1:" + server.adminAddress().getPort() + path);
        return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** What holds an address back at this moment. */
    public List<Suppression> suppressions(String address) {
        return server.store()
                .suppressions()
                .known(new AddressKey(address))
                .map(row -> row.holding(Instant.now()))
                .orElse(List.of());
    }

    /** The newest message to an address, as it stands. */
    public Optional<RecipientState> latest(String address) {
        Queries views = server.store().views();
        return views.contacts()
                .find(new AddressKey(address))
                .map(
                        c ->
                                views.contacts()
                                        .messages(c.id(), Optional.empty(), 1)
                                        .getFirst()
                                        .state());
    }

    @Override
    public void close() {
        server.close();
        lab.close();
    }
}
