package facteur.server.laboratory;

import facteur.server.demo.Demo;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code facteur demo}: everything to look at within a minute. */
@Command(
        name = "demo",
        description = "Run a server with fake providers and a sample campaign, all on loopback.")
final class DemoCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "an empty directory for its data; default: a temporary one")
    private @Nullable Path data;

    @Option(
            names = "--admin-port",
            defaultValue = "0",
            paramLabel = "PORT",
            description = "of the UI; default: any free one")
    private int adminPort;

    @Option(
            names = "--once",
            description =
                    "stop when every status has been seen: exit 0, or 1 when that takes over two"
                            + " minutes")
    private boolean once;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path directory =
                data == null
                        ? Files.createTempDirectory("facteur-demo-")
                        : Files.createDirectories(data.toAbsolutePath());
        Demo demo = new Demo(directory, adminPort, out);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    demo.close();
                                    stopped.countDown();
                                },
                                "shutdown"));
        String place = "http://" + "127.0.0.1:" + demo.server().adminAddress().getPort() + "/";
        out.println("the UI: " + place + "   user admin, password " + Demo.ADMIN_PASSWORD);
        boolean all = demo.play(PATIENCE);
        out.println(
                all
                        ? "every status can be seen now at " + place
                        : "some statuses have not been seen yet; look at " + place);
        if (once) {
            return all ? 0 : 1;
        }
        out.println("running on; stop it with Ctrl-C");
        stopped.await();
        return 0;
    }
}
