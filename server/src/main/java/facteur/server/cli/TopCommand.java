package facteur.server.cli;

import facteur.mail.file.FailureSentence;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code facteur top}: the queue as it moves. */
@Command(
        name = "top",
        description =
                "The queue as it moves, until q or Ctrl-C; elsewhere than on a terminal once.")
final class TopCommand implements Callable<Integer> {
    private static final int POLL_MILLIS = 100;

    // Of ours, and so not escaped: home; to the end of the line; to the end of the screen.
    private static final String HOME = "\u001b[H";
    private static final String END_OF_LINE = "\u001b[K\r\n";
    private static final String END_OF_SCREEN = "\u001b[J";
    private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
    private static final String OWN_SCREEN = "\u001b[?25h\u001b[?1049l";

    @Mixin private ConfigOption config;

    @Option(names = "--once", description = "print it once and end")
    private boolean once;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "between two looks; default: ${DEFAULT-VALUE}")
    private int interval;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (interval < 1 || interval > 3600) {
            throw new UsageError("--interval: 1 to 3600 seconds, not " + interval);
        }
        ApiClient server = ApiClient.of(config.server());
        Terminal terminal = Terminal.ofThisProcess();
        if (once || terminal.rows().isEmpty()) {
            PrintWriter out = spec.commandLine().getOut();
            TopScreen.lines(server.get("/queue"), Optional.empty(), interval, terminal)
                    .forEach(out::println);
            return 0;
        }
        return follow(server, terminal);
    }

    private int follow(ApiClient server, Terminal terminal) throws IOException {
        String before = stty("-g").strip();
        Thread restoring = new Thread(() -> restore(before));
        Runtime.getRuntime().addShutdownHook(restoring);
        String _ = stty("-icanon -echo min 0 time 0");
        System.out.print(OTHER_SCREEN);
        Optional<JsonNode> last = Optional.empty();
        do {
            JsonNode now = server.get("/queue");
            StringBuilder screen = new StringBuilder(HOME);
            TopScreen.lines(now, last, interval, terminal).stream()
                    .limit(terminal.rows().orElse(Integer.MAX_VALUE) - 1L)
                    .forEach(
                            line ->
                                    screen.append(facteur.mail.text.Escaped.line(line))
                                            .append(END_OF_LINE));
            System.out.print(screen.append(END_OF_SCREEN));
            System.out.flush();
            last = Optional.of(now);
        } while (!isEnded());
        return 0;
    }

    private boolean isEnded() throws IOException {
        for (int waited = 0; waited < interval * 1000; waited += POLL_MILLIS) {
            while (System.in.available() > 0) {
                int key = System.in.read();
                if (key == 'q' || key == 'Q') {
                    return true;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
        return false;
    }

    private static void restore(String before) {
        System.out.print(OWN_SCREEN);
        System.out.flush();
        try {
            String _ = stty(before);
        } catch (IOException e) {
            System.err.println("facteur: run stty sane: " + FailureSentence.of(e));
        }
    }

    private static String stty(String arguments) throws IOException {
        Process stty =
                new ProcessBuilder("sh", "-c", "stty " + arguments + " </dev/tty")
                        .redirectErrorStream(true)
                        .start();
        return new String(
                stty.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
