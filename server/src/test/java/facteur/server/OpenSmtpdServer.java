package facteur.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * An OpenSMTPD of our own: TLS, 200 000 octets, no PIPELINING, no SMTPUTF8; it hands mail for
 * smtpd.lab on to a port here.
 */
final class OpenSmtpdServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port;
    private final Path log;
    private final Process process;

    private OpenSmtpdServer(int port, Path log, Process process) {
        this.port = port;
        this.log = log;
        this.process = process;
    }

    static OpenSmtpdServer start(Path directory, Path certificate, Path key, int onwards)
            throws IOException {
        int port = Peers.freePort();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path config =
                Files.writeString(
                        directory.resolve("smtpd.conf"),
                        """
                        pki mx.smtpd.lab cert "%1$s"
                        pki mx.smtpd.lab key "%2$s"
                        smtp max-message-size 200000
                        listen on 127.0.0.1 port %3$d hostname mx.smtpd.lab
                        action "on" relay host smtp://127.0.0.1:%4$d
                        match from any for domain "smtpd.lab" action "on"
                        """
                                .formatted(certificate, key, port, onwards));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r--r--"));
        Path log = directory.resolve("smtpd.log");
        Process process =
                new ProcessBuilder(binary(), "-d", "-f", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        OpenSmtpdServer server = new OpenSmtpdServer(port, log, process);
        await().atMost(PATIENCE).until(server::answers);
        return server;
    }

    /** {@code ./test} unpacks it, since it cannot be installed beside Postfix. */
    private static String binary() {
        String unpacked = System.getenv("FACTEUR_OPENSMTPD");
        return Peers.needed(
                unpacked == null ? "/var/tmp/facteur-test/opensmtpd/usr/sbin/smtpd" : unpacked);
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("smtpd ended: " + this);
        }
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) { // not yet
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public String toString() {
        return Peers.text(log);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
