package facteur.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * Runs commands for the cache of the virtual machine, which keeps what they load. They ask a
 * listener of this process, which gives them an answer of the right shape.
 */
@Command(name = "__rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
    private static final List<List<String>> COMMANDS =
            List.of(
                    List.of("--version"),
                    List.of("queue", "list"),
                    List.of("queue", "list", "--json"),
                    List.of("queue", "show", "example.org"),
                    List.of("queue", "hold", "example.org"),
                    List.of("message", "list", "--since", "2h"),
                    List.of("message", "show", "0s9vk4wgw0000"),
                    List.of("campaign", "list"),
                    List.of("campaign", "show", "spring"),
                    List.of("suppression", "list"),
                    List.of("credential", "list"),
                    List.of("reload"));

    private static final String ANSWER =
            """
            {"at":"2026-11-24T09:30:00Z","routing":0,"deferred":1,"waiting":1,"share":0.5,"ok":true,
            "destinations":[{"site":"example.org","source":"default","waiting":1,"busy":0,"deferred":0,
            "held_recipients":0,"state":"open","held":false,"last_reply":"250 \\u00e9","next_try":null}],
            "items":[{"id":"0s9vk4wgw0000","name":"spring","subject":"News","recipients":1,"tags":["a"],
            "figures":{"recipients":1,"counts":{"delivered":1}}}],"next":null}
            """;

    @Parameters(paramLabel = "DIR", description = "made for the rehearsal")
    private Path directory = Path.of("");

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path token = directory.resolve("data/admin/cli-token");
        Files.createDirectories(token.getParent());
        Files.writeString(token, "token");
        Path config = directory.resolve("facteur.yaml");
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Files.writeString(
                    config,
                    "hostname: localhost\ndata_dir: data\nadmin: { listen: \"127.0.0.1:"
                            + listener.getLocalPort()
                            + "\" }\n");
            Thread.ofPlatform().daemon().start(() -> answer(listener));
            int failed = 0;
            for (List<String> command : COMMANDS) {
                failed += run(command, config) == 0 ? 0 : 1;
            }
            return failed == 0 ? 0 : 1;
        }
    }

    private int run(List<String> command, Path config) {
        Stream<String> where =
                command.size() == 1 && command.getFirst().startsWith("-")
                        ? Stream.of()
                        : Stream.of("--config", config.toString());
        String[] words = Stream.concat(command.stream(), where).toArray(String[]::new);
        return ((CommandRunner) spec.root().userObject())
                .line(words)
                .setOut(new PrintWriter(new EscapingWriter(Writer.nullWriter())))
                .setErr(new PrintWriter(new EscapingWriter(Writer.nullWriter())))
                .execute(words);
    }

    private static void answer(ServerSocket listener) {
        byte[] octets =
                ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                + ANSWER.length()
                                + "\r\n\r\n"
                                + ANSWER)
                        .getBytes(StandardCharsets.US_ASCII);
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                // Requests are small: one read takes them.
                int _ = client.getInputStream().read(new byte[1 << 14]);
                client.getOutputStream().write(octets);
            } catch (IOException e) {
                return; // the rehearsal is over
            }
        }
    }
}
