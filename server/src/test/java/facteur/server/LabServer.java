package facteur.server;

import facteur.config.Settings;
import facteur.testkit.Laboratory;
import facteur.testkit.LaboratoryOptions;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

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

    /**
     * @param more further lines of configuration
     */
    public static Settings settings(Path directory, Laboratory lab, String more)
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
                credentials:
                  - { user: app, password: "%2$s", campaigns: any }
                dns: { servers: ["127.0.0.1:%3$d"] }
                delivery:
                  port: %5$d
                  allow_networks: ["127.0.0.0/8"]
                  retry: [1s, 2s, 4s]
                  max_age: 1h
                store: { segment_size: 8MiB, min_free_space: 1MiB }
                tracking: { base_url: "http://127.0.0.1:%4$d", mode: full }
                tracker: { listen: "127.0.0.1:%4$d" }
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

    @Override
    public void close() {
        server.close();
        lab.close();
    }
}
