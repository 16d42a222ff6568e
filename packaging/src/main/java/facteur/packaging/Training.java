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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the caches of the virtual machine (JEP 483, 514, 515): a server is started with the options
 * and the class path that it will have, takes a message, is asked by a command, and stops; both
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
                    new ProcessBuilder(command("jvm.options", "serve.aot", "serve", config))
                            .directory(directory.toFile())
                            .redirectError(directory.resolve("errors").toFile())
                            .start();
            try {
                awaitReady(server, directory);
                send(smtp);
                Command.run(directory, command("cli.options", "cli.aot", "queue list", config));
            } finally {
                server.destroy();
                end(server);
            }
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

    private List<String> command(String options, String cache, String words, Path config)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.add("@" + home.resolve(options));
        command.add("-XX:AOTCacheOutput=" + home.resolve(cache));
        command.add("-Xlog:disable");
        command.add("-Xlog:all=error:stderr");
        command.add("-cp");
        command.add(classPath(home));
        command.add("facteur.server.cli.Main");
        command.addAll(List.of(words.split(" ", -1)));
        command.add("--config");
        command.add(config.toString());
        return command;
    }

    /** In the order of the file, as the launcher does. */
    static String classPath(Path home) throws IOException {
        return String.join(
                ":",
                Files.readAllLines(home.resolve("classpath")).stream()
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
