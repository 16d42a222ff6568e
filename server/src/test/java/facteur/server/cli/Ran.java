package facteur.server.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A command that was run, with what it said. */
record Ran(int status, String out, String err) {
    static Ran of(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                FacteurCommand.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(words);
        return new Ran(status, out.toString(), err.toString());
    }

    /** Towards the server that a configuration names. */
    static Ran of(Path config, String... words) {
        return of(
                Stream.concat(Stream.of(words), List.of("--config", config.toString()).stream())
                        .toArray(String[]::new));
    }
}
