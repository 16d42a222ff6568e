package facteur.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.file.PrivateFiles;
import facteur.server.cli.Main;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process of its own with little room: few descriptors, or no place for temporary files. */
class HardenedMachineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DESCRIPTORS = 768; // the class path of the tests takes a third

    @TempDir private Path directory;
    private @Nullable Process process;

    @AfterEach
    void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    private Path log() {
        return directory.resolve("log");
    }

    private String told() throws IOException {
        return Files.readString(log());
    }

    private void serve(String limits, List<String> jvm) throws IOException {
        Path config = directory.resolve("facteur.yaml");
        Files.writeString(
                config,
                """
                hostname: mail.example.org
                data_dir: %s
                submission: { listeners: [ { address: "127.0.0.1:0", tls: starttls } ] }
                tracker: { listen: "127.0.0.1:0", max_connections_per_network: 5000 }
                admin: { listen: "127.0.0.1:0" }
                """
                        .formatted(directory.resolve("data")));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", limits + " exec \"$0\" \"$@\""));
        command.addAll(
                ServeProcess.command(
                        Main.class, jvm, List.of("serve", "--config", config.toString())));
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log().toFile())
                        .start();
        await().atMost(PATIENCE).until(() -> told().contains("\nready\n"));
    }

    private int trackerPort() throws IOException {
        String line =
                told().lines().filter(l -> l.startsWith("tracker at ")).findFirst().orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private static String robots(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.getOutputStream()
                    .write(
                            "GET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // turned away
        }
    }

    @Test
    void more_connections_than_descriptors_cost_a_line_a_second_and_who_comes_later_is_served()
            throws Exception {
        serve("ulimit -n " + DESCRIPTORS + ";", List.of());
        assertTrue(told().contains("raise the limit"), "the limit was not compared at the start");
        int port = trackerPort();
        List<Socket> crowd = new ArrayList<>();
        for (int i = 0; i < DESCRIPTORS; i++) {
            crowd.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
        await().atMost(PATIENCE).until(() -> told().contains("paused for a second"));
        long octets = Files.size(log());
        System.out.printf("%d connections: %,d octets of log%n", crowd.size(), octets);
        assertTrue(octets < 100_000, octets + " octets of log");
        for (Socket socket : crowd) {
            socket.close();
        }
        await().atMost(PATIENCE).until(() -> robots(port).startsWith("HTTP/1.1 200"));
    }

    @Test
    void with_a_read_only_tmp_native_parts_are_unpacked_below_the_data_directory()
            throws Exception {
        serve("umask 022;", List.of("-Djava.io.tmpdir=/sys"));
        assertTrue(robots(trackerPort()).startsWith("HTTP/1.1 200"));
        Path data = directory.resolve("data");
        assertTrue(Files.isDirectory(data.resolve("native")));
        assertEquals(List.of(), PrivateFiles.open(data));
    }

    @Test
    void with_a_tmp_from_which_nothing_may_be_executed_it_starts_all_the_same() throws Exception {
        Assumptions.assumeTrue(
                new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0,
                "file systems can be mounted, which takes root");
        Path tmp = Files.createDirectories(directory.resolve("tmp"));
        String mounted =
                "exec unshare --mount bash -c 'mount -t tmpfs -o noexec tmpfs "
                        + tmp
                        + " && exec \"$0\" \"$@\"' \"$0\" \"$@\";";
        serve(mounted, List.of("-Djava.io.tmpdir=" + tmp));
        assertTrue(robots(trackerPort()).startsWith("HTTP/1.1 200"), told());
    }
}
