package facteur.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the caches of the virtual machine (JEP 483, 514, 515): a server is started with the options
 * and the class path that it will have, takes a message and stops; commands are rehearsed. Both
 * processes write down what they loaded. Nothing of the laboratory takes part.
 */
final class Training {
    private static final String PASSWORD = "training";

    private final Path home;
    private final Path java;

    Training(Path home, Path jdk) {
        this.home = home;
        Path own = home.resolve("runtime/bin/java");
        // The cache is tied to the very runtime that will use it.
        this.java = Files.exists(own) ? own : jdk.resolve("bin/java");
    }

    void run() throws IOException {
        Path directory = Files.createTempDirectory("facteur-training-");
        try {
            int smtp = freePort();
            Path config = config(directory, smtp);
            Process server =
                    new ProcessBuilder(
                                    command(
                                            java,
                                            home.resolve("jvm.options"),
                                            home.resolve("serve.aot"),
                                            classPath(home, "classpath"),
                                            List.of("serve", "--config", config.toString())))
                            .directory(directory.toFile())
                            .redirectError(directory.resolve("errors").toFile())
                            .start();
            try {
                awaitReady(server, directory);
                send(smtp);
            } finally {
                server.destroy();
                end(server);
            }
            rehearse(directory);
            for (String cache : List.of("serve.aot", "cli.aot")) {
                if (Files.notExists(home.resolve(cache))) {
                    throw new IOException(
                            "the training run left no "
                                    + cache
                                    + ": "
                                    + Files.readString(directory.resolve("errors")));
                }
            }
        } finally {
            Tree.erase(directory);
        }
    }

    private static void end(Process server) throws IOException {
        try {
            if (!server.waitFor(5, TimeUnit.MINUTES)) {
                server.destroyForcibly();
                throw new IOException("the training run of the server did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the training run ended", e);
        }
    }

    /** The commands, all in one process, towards a listener of their own. */
    private void rehearse(Path directory) throws IOException {
        Command.run(
                directory,
                command(
                        java,
                        home.resolve("cli.options"),
                        home.resolve("cli.aot"),
                        classPath(home, "classpath.commands"),
                        List.of("__rehearse", directory.resolve("rehearsal").toString())));
    }

    static List<String> command(
            Path java, Path options, Path cache, String classPath, List<String> words) {
        return Stream.concat(
                        Stream.of(
                                java.toString(),
                                "@" + options,
                                "-XX:AOTCacheOutput=" + cache,
                                "-Xlog:disable",
                                "-Xlog:all=error:stderr",
                                "-cp",
                                classPath,
                                "facteur.server.cli.Main"),
                        words.stream())
                .toList();
    }

    /** In the order of the file, as the launcher does. */
    static String classPath(Path home, String file) throws IOException {
        return String.join(
                ":",
                Files.readAllLines(home.resolve(file)).stream()
                        .map(jar -> home.resolve("lib").resolve(jar).toString())
                        .toList());
    }

    private static Path config(Path directory, int smtp) throws IOException {
        Path config = directory.resolve("facteur.yaml");
        Path secret = directory.resolve("secret");
        Files.writeString(secret, PASSWORD);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                config,
                """
                hostname: mail.example.org
                data_dir: %s/data
                submission: { listeners: [ { address: "127.0.0.1:%d", tls: starttls } ], require_tls_for_auth: false }
                credentials: [ { user: app, password: !file secret, campaigns: any } ]
                dns: { servers: ["127.0.0.1:1"] }
                tracking: { base_url: "http://127.0.0.1:1", mode: full }
                tracker: { listen: "127.0.0.1:0" }
                admin: { listen: "127.0.0.1:%d" }
                """
                        .formatted(directory, smtp, freePort()));
        return config;
    }

    private static void awaitReady(Process server, Path directory) throws IOException {
        BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.equals("ready")) {
                return;
            }
        }
        throw new IOException(
                "the server of the training run ended: "
                        + Files.readString(directory.resolve("errors")));
    }

    private static void send(int port) throws IOException {
        String login =
                Base64.getEncoder()
                        .encodeToString(("\0app\0" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8));
                Writer out =
                        new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8)) {
            reply(in);
            for (String line :
                    List.of(
                            "EHLO training.example.org",
                            "AUTH PLAIN " + login,
                            "MAIL FROM:<a@example.org>",
                            "RCPT TO:<b@example.invalid>",
                            "DATA",
                            "From: a@example.org\r\nSubject: training\r\n"
                                    + "X-Campaign: training\r\n\r\n"
                                    + "https://example.org/\r\n"
                                    + ".",
                            "QUIT")) {
                out.write(line + "\r\n");
                out.flush();
                reply(in);
            }
        }
    }

    private static void reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null || line.charAt(0) > '3') {
            throw new IOException("the server of the training run said " + line);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
