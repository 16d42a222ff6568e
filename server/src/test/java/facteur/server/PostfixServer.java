package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** An instance of Postfix of our own: own configuration, spool, log and port. */
final class PostfixServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;
    private final int port;
    private final Path directory;

    private PostfixServer(Path directory) throws IOException {
        this.directory = directory;
        // Postfix drops its rights: the way to its directories must be open.
        this.home = Files.createTempDirectory(Path.of("/tmp"), "facteur-postfix");
        this.port = Peers.freePort();
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Mailboxes of anne, bert and björn in postfix.lab, and what {@code more} says in main.cf. */
    static PostfixServer start(Path directory, String more) throws IOException {
        PostfixServer server = new PostfixServer(directory);
        server.write(
                """
                mydestination =
                mynetworks = 192.0.2.0/24
                virtual_mailbox_domains = postfix.lab
                virtual_mailbox_base = %1$s/mail
                virtual_mailbox_maps = inline:{ { anne@postfix.lab = anne/ }, { bert@postfix.lab = bert/ }, { björn@postfix.lab = bjorn/ } }
                virtual_uid_maps = static:%2$s
                virtual_gid_maps = static:%3$s
                message_size_limit = 200000
                smtpd_relay_restrictions = reject_unauth_destination
                """
                                .formatted(server.home, server.id("-u"), server.id("-g"))
                        + (more.contains("smtpd_tls_security_level")
                                ? ""
                                : "smtpd_tls_security_level = none\n")
                        + more);
        return server;
    }

    /** A relay, as fast as Postfix goes, for everything towards one host. */
    static PostfixServer relay(Path directory, int sinkPort) throws IOException {
        PostfixServer server = new PostfixServer(directory);
        server.write(
                """
                mydestination =
                mynetworks = 127.0.0.0/8
                relayhost =
                transport_maps = inline:{ { *=smtp:[127.0.0.1]:%d } }
                default_destination_concurrency_limit = 200
                initial_destination_concurrency = 100
                default_process_limit = 200
                smtp_tls_security_level = none
                smtpd_tls_security_level = none
                smtpd_relay_restrictions = permit_mynetworks, reject
                smtpd_client_connection_count_limit = 0
                qmgr_message_active_limit = 100000
                in_flow_delay = 0
                smtp_destination_rate_delay = 0s
                smtp_connection_cache_on_demand = yes
                disable_dns_lookups = yes
                """
                        .formatted(sinkPort));
        return server;
    }

    private void write(String more) throws IOException {
        for (String part : List.of("conf", "spool", "data", "mail")) {
            Files.createDirectory(home.resolve(part));
        }
        run("chown", "postfix", home.resolve("data").toString(), home.resolve("mail").toString());
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
                myhostname = mx.postfix.lab
                inet_interfaces = 127.0.0.1
                inet_protocols = ipv4
                """
                                .formatted(home)
                        + more);
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
                flush     unix  n - n 1000? 0 flush
                proxymap  unix  - - n - - proxymap
                smtp      unix  - - n - - smtp
                error     unix  - - n - - error
                retry     unix  - - n - - error
                discard   unix  - - n - - discard
                virtual   unix  - n n - - virtual
                anvil     unix  - - n - 1 anvil
                scache    unix  - - n - 1 scache
                tlsmgr    unix  - - n 1000? 1 tlsmgr
                postlog   unix-dgram n - n - 1 postlogd
                """
                        .formatted(port));
        Peers.Ended started =
                Peers.run(
                        PATIENCE,
                        directory,
                        List.of(
                                Peers.needed("/usr/sbin/postfix"),
                                "-c",
                                home.resolve("conf").toString(),
                                "start"));
        assertEquals(0, started.status(), started.output() + this);
    }

    private String id(String which) throws IOException {
        return Peers.run(PATIENCE, directory, List.of("id", which, "postfix")).output().strip();
    }

    private void run(String... command) throws IOException {
        Peers.Ended ended = Peers.run(PATIENCE, directory, List.of(command));
        assertEquals(0, ended.status(), ended.output());
    }

    int port() {
        return port;
    }

    /** Its master process. */
    long pid() throws IOException {
        return Long.parseLong(Files.readString(home.resolve("spool/pid/master.pid")).strip());
    }

    @Override
    public String toString() {
        return Peers.text(home.resolve("postfix.log"));
    }

    Path mailbox(String name) {
        return home.resolve("mail").resolve(name).resolve("new");
    }

    @Override
    public void close() throws IOException {
        Peers.run(
                PATIENCE,
                directory,
                List.of("/usr/sbin/postfix", "-c", home.resolve("conf").toString(), "stop"));
        run("rm", "-rf", home.toString());
    }
}
