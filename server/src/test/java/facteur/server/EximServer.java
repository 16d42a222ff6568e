package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * An Exim of our own: TLS, 200 000 octets, five recipients a message, one mailbox for everybody in
 * exim.lab but nobody.
 */
final class EximServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path home;
    private final Path directory;
    private final int port;

    EximServer(Path directory, Path certificate, Path key) throws IOException {
        this.directory = directory;
        this.home = Files.createTempDirectory(Path.of("/tmp"), "facteur-exim");
        this.port = Peers.freePort();
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String part : List.of("spool", "log", "mail")) {
            Files.createDirectory(home.resolve(part));
        }
        Files.copy(certificate, home.resolve("cert.pem"));
        Files.copy(key, home.resolve("key.pem"));
        run("chown", "-R", "Debian-exim", home.toString());
        Files.writeString(
                home.resolve("exim.conf"),
                """
                primary_hostname = mx.exim.lab
                spool_directory = %1$s/spool
                log_file_path = %1$s/log/%%slog
                pid_file_path = %1$s/exim.pid
                daemon_smtp_ports = %2$d
                local_interfaces = 127.0.0.1
                exim_path = %3$s
                exim_user = Debian-exim
                exim_group = Debian-exim
                never_users =
                keep_environment =
                acl_smtp_rcpt = rcpt
                message_size_limit = 200000
                recipients_max = 5
                tls_advertise_hosts = *
                tls_certificate = %1$s/cert.pem
                tls_privatekey = %1$s/key.pem
                smtputf8_advertise_hosts = *
                dsn_advertise_hosts = *
                begin acl
                rcpt:
                  deny local_parts = nobody
                       message = no such user here
                  accept domains = exim.lab
                  deny message = relay not permitted
                begin routers
                all:
                  driver = accept
                  transport = file
                begin transports
                file:
                  driver = appendfile
                  directory = %1$s/mail
                  maildir_format
                  create_directory
                  user = Debian-exim
                """
                        .formatted(home, port, binary()));
        run(binary(), "-C", home.resolve("exim.conf").toString(), "-bd");
    }

    /** {@code ./test} unpacks it where it cannot be installed. */
    private static String binary() {
        String unpacked = System.getenv("FACTEUR_EXIM");
        return unpacked == null
                ? Peers.needed("/usr/sbin/exim4", "/var/tmp/facteur-test/exim/usr/sbin/exim4")
                : Peers.needed(unpacked);
    }

    private void run(String... command) throws IOException {
        Peers.Ended ended = Peers.run(PATIENCE, directory, List.of(command));
        assertEquals(0, ended.status(), ended.output());
    }

    int port() {
        return port;
    }

    @Override
    public String toString() {
        return Peers.text(home.resolve("log/mainlog"));
    }

    /** Messages in the one mailbox: one for each recipient. */
    long mails() throws IOException {
        Path box = home.resolve("mail/new");
        if (!Files.isDirectory(box)) {
            return 0;
        }
        try (var files = Files.list(box)) {
            return files.count();
        }
    }

    @Override
    public void close() throws IOException {
        run("kill", Files.readString(home.resolve("exim.pid")).strip());
        run("rm", "-rf", home.toString());
    }
}
