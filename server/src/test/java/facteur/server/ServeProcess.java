package facteur.server;

import facteur.server.cli.Main;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, so that what it costs is its own and it can be killed. */
public final class ServeProcess implements AutoCloseable {
    // USER_HZ, which Linux fixes at 100 for everything it tells in ticks.
    private static final Duration TICK = Duration.ofMillis(10);

    private final Process process;
    private final InetSocketAddress submission;

    /**
     * Starts {@code facteur serve} and waits until it is ready.
     *
     * @param jvm further options of the virtual machine
     * @throws DiedEarly if it ends before
     */
    ServeProcess(Path config, List<String> jvm) throws IOException {
        this(command(Main.class, jvm, List.of("serve", "--config", config.toString())));
    }

    /**
     * Starts what prints the same lines as {@code facteur serve} and waits for them.
     *
     * @throws DiedEarly if it ends before
     */
    ServeProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        submission = awaitReady();
    }

    /** The command that runs a class of this test's class path. */
    public static List<String> command(Class<?> main, List<String> jvm, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    private InetSocketAddress awaitReady() throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        List<String> seen = new ArrayList<>();
        int port = 0;
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.add(line);
            if (line.startsWith("submission at ") && port == 0) {
                port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            }
            if (line.equals("ready")) {
                drain(output);
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            }
        }
        throw new DiedEarly("the server ended: " + seen);
    }

    private static void drain(BufferedReader output) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                for (String line = output.readLine();
                                        line != null;
                                        line = output.readLine()) {
                                    if (line.contains("ERROR") || line.contains("Exception")) {
                                        System.out.println(line);
                                    }
                                }
                            } catch (IOException e) {
                                // The child is gone.
                            }
                        });
    }

    InetSocketAddress submission() {
        return submission;
    }

    long pid() {
        return process.pid();
    }

    /** Processor time used so far, all threads, user and system. */
    Duration processorTime() throws IOException {
        return processorTime(process.pid());
    }

    /** The same of any process, with that of its children that have ended. */
    static Duration processorTime(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The name in parentheses may hold blanks; after it, utime to cstime are fields 12 to 15.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return TICK.multipliedBy(ticks);
    }

    /** That of a process and of everything that it started. */
    static Duration familyTime(long pid) throws IOException {
        Duration sum = processorTime(pid);
        for (ProcessHandle child : ProcessHandle.of(pid).orElseThrow().descendants().toList()) {
            try {
                sum = sum.plus(processorTime(child.pid()));
            } catch (NoSuchFileException e) {
                // It has just ended: its parent has its time by now.
                sum = sum.plus(Duration.ZERO);
            }
        }
        return sum;
    }

    /** Resident memory, mapped files included, KiB. */
    long residentKiB() throws IOException {
        return status("VmRSS:");
    }

    /** Resident memory that is not a file's, KiB: what the process itself needs. */
    long anonymousKiB() throws IOException {
        return status("RssAnon:");
    }

    private long status(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    boolean awaitDeath(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    /** The process was gone before it was ready. */
    static final class DiedEarly extends IOException {
        private static final long serialVersionUID = 1;

        DiedEarly(String what) {
            super(what);
        }
    }
}
