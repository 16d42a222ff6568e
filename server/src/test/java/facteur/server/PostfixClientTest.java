package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Postfix hands its mail to Facteur: relayhost with STARTTLS and AUTH, as many servers have it. */
class PostfixClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 30;

    @TempDir private Path directory;

    @Test
    void postfix_relays_through_facteur() throws Exception {
        Path home = Files.createTempDirectory(Path.of("/tmp"), "facteur-relayhost");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (LabServer facteur = LabServer.start(directory)) {
            int port = configure(home, facteur.submission().getPort());
            postfix(home, "start");
            try {
                for (int i = 0; i < MESSAGES; i++) {
                    submit(port, "ok.relay" + i + "@gmail.lab");
                }
                for (int i = 0; i < MESSAGES; i++) {
                    facteur.lab()
                            .provider("gmail")
                            .log()
                            .awaitFor("ok.relay" + i + "@gmail.lab", PATIENCE);
                }
            } catch (IOException | AssertionError e) {
                throw new AssertionError(Files.readString(home.resolve("postfix.log")), e);
            } finally {
                postfix(home, "stop");
            }
        }
    }

    private void submit(int port, String to) throws IOException {
        Peers.Ended ended =
                Peers.run(
                        PATIENCE,
                        directory,
                        List.of(
                                Peers.needed("/usr/bin/swaks"),
                                "--server",
                                "127.0.0.1:" + port,
                                "--from",
                                "news@sender.example",
                                "--to",
                                to));
        assertEquals(0, ended.status(), ended.output());
    }

    private void postfix(Path home, String verb) throws IOException {
        Peers.Ended ended =
                Peers.run(
                        PATIENCE,
                        directory,
                        List.of(
                                Peers.needed("/usr/sbin/postfix"),
                                "-c",
                                home.resolve("conf").toString(),
                                verb));
        assertEquals(0, ended.status(), ended.output());
    }

    private int configure(Path home, int relayPort) throws IOException {
        for (String part : List.of("conf", "spool", "data")) {
            Files.createDirectory(home.resolve(part));
        }
        Peers.run(PATIENCE, directory, List.of("chown", "postfix", home + "/data"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.writeString(
                home.resolve("conf/main.cf"),
                """
                compatibility_level = 3.6
                queue_directory = %1$s/spool
                data_directory = %1$s/data
                command_directory = /usr/sbin
                daemon_directory = /usr/lib/postfix/sbin
                maillog_file = %1$s/postfix.log
                maillog_file_prefixes = %1$s
                myhostname = app.sender.example
                mydestination =
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                mynetworks = 127.0.0.0/8
                relayhost = [127.0.0.1]:%2$d
                smtp_sasl_auth_enable = yes
                smtp_sasl_password_maps = inline:{ { [127.0.0.1]:%2$d = %3$s:%4$s } }
                smtp_sasl_security_options = noanonymous
                smtp_tls_security_level = encrypt
                smtpd_tls_security_level = none
                """
                        .formatted(home, relayPort, LabServer.USER, LabServer.PASSWORD));
        Files.writeString(
                home.resolve("conf/master.cf"),
                """
                127.0.0.1:%d inet n - n - - smtpd
                cleanup   unix  n - n - 0 cleanup
                qmgr      unix  n - n 300 1 qmgr
                rewrite   unix  - - n - - trivial-rewrite
                bounce    unix  - - n - 0 bounce
                defer     unix  - - n - 0 bounce
                trace     unix  - - n - 0 bounce
                proxymap  unix  - - n - - proxymap
                tlsmgr    unix  - - n 1000? 1 tlsmgr
                smtp      unix  - - n - - smtp
                relay     unix  - - n - - smtp
                error     unix  - - n - - error
                retry     unix  - - n - - error
                anvil     unix  - - n - 1 anvil
                scache    unix  - - n - 1 scache
                postlog   unix-dgram n - n - 1 postlogd
                """
                        .formatted(port));
        return port;
    }
}
