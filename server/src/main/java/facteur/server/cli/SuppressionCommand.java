package facteur.server.cli;

import facteur.admin.fastcsv.Csv;
import facteur.admin.order.SuppressionRows;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code facteur suppression}: addresses that are not sent to. */
@Command(name = "suppression", description = "Addresses that are not sent to.")
final class SuppressionCommand {
    static final List<Class<?>> VERBS =
            List.of(
                    Show.class,
                    Why.class,
                    Add.class,
                    Remove.class,
                    Import.class,
                    Export.class,
                    Simulate.class);

    private SuppressionCommand() {}

    @Command(name = "list", description = "Suppressed addresses.")
    static final class Show extends AddressListCommand {
        @Option(names = "--lifted", description = "those that were taken away as well")
        private boolean lifted;

        @Override
        ApiQuery query() {
            return addresses("/suppressions").with("lifted", lifted);
        }

        @Override
        List<String> rowColumns() {
            return JsonTable.columns("address holding lifted_at entries");
        }
    }

    @Command(
            name = "why",
            description = "Why an address is suppressed: which reply, which message, when.")
    static final class Why extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.get("/suppressions/" + ApiClient.part(address));
        }
    }

    @Command(name = "add", description = "Never send to an address.")
    static final class Add extends OneAddressCommand {
        @Option(
                names = "--scope",
                defaultValue = "all",
                description = "all, campaigns, or credential:NAME")
        private String scope = "all";

        @Option(
                names = "--expires",
                defaultValue = "",
                description = "until when, such as 2027-01-31T00:00:00Z; without it for good")
        private String expires = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.post(
                    "/suppressions",
                    Map.of("address", address, "scope", scope, "expires", expires, "why", why));
        }
    }

    @Command(name = "remove", aliases = "lift", description = "Send to an address again.")
    static final class Remove extends OneAddressCommand {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            return server.delete(
                    "/suppressions/" + ApiClient.part(address) + "?why=" + ApiClient.part(why),
                    Map.of());
        }
    }

    /** A file whose every line is looked at before the server is told of any. */
    abstract static class OfFile extends ApiCommand {
        private static final int SHOWN = 100;
        private static final int PART = 2000;
        // Of the MiB that the server takes; a character may need six octets in JSON.
        private static final int PART_OCTETS = 900_000;
        private static final int OCTETS = 6;
        private static final int PROGRESS = 100_000;

        @Parameters(paramLabel = "FILE", description = "CSV: address[,cause,scope,since,...]")
        Path file = Path.of("");

        @Option(names = "--skip-bad", description = "take the good lines although others are bad")
        boolean skipBad;

        @Spec CommandSpec spec;

        long rows;
        long badLines;

        /** Is given the rows in parts. */
        interface Part {
            void send(int number, List<Map<String, String>> rows) throws IOException;
        }

        /** Reads the file once to judge it, and once more to send it. */
        void check() throws IOException {
            PrintWriter err = spec.commandLine().getErr();
            new SuppressionFile(file)
                    .read(
                            _ -> rows++,
                            bad -> {
                                badLines++;
                                if (badLines <= SHOWN) {
                                    err.println(
                                            file + ", line " + bad.line() + ": " + bad.problem());
                                }
                            });
            if (badLines > SHOWN) {
                err.println("... and " + (badLines - SHOWN) + " more bad lines");
            }
            err.flush();
            if (badLines > 0 && !skipBad) {
                throw new UsageError(
                        badLines
                                + " of "
                                + (rows + badLines)
                                + " lines are bad; nothing was done. Correct them, or give"
                                + " --skip-bad");
            }
            if (rows == 0) {
                throw new UsageError(file + " holds no address");
            }
        }

        /**
         * @return how many parts there were
         */
        int send(Part part) throws IOException {
            PrintWriter err = spec.commandLine().getErr();
            List<Map<String, String>> waiting = new ArrayList<>(PART);
            int[] parts = {0};
            int[] octets = {0};
            long[] sent = {0};
            try {
                new SuppressionFile(file)
                        .read(
                                row -> {
                                    int more = octets(row);
                                    if (waiting.size() == PART || octets[0] + more > PART_OCTETS) {
                                        flush(part, parts[0]++, waiting);
                                        octets[0] = 0;
                                    }
                                    waiting.add(row);
                                    octets[0] += more;
                                    if (++sent[0] % PROGRESS == 0) {
                                        err.println(sent[0] + " of " + rows + " lines");
                                        err.flush();
                                    }
                                },
                                _ -> {});
                if (!waiting.isEmpty()) {
                    flush(part, parts[0]++, waiting);
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            return parts[0];
        }

        private static int octets(Map<String, String> row) {
            return row.entrySet().stream()
                    .mapToInt(cell -> (cell.getKey().length() + cell.getValue().length()) * OCTETS)
                    .sum();
        }

        private static void flush(Part part, int number, List<Map<String, String>> waiting) {
            try {
                part.send(number, List.copyOf(waiting));
                waiting.clear();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Command(
            name = "import",
            description = {
                "Suppress the addresses of a file, all of them or none.",
                "Columns: address, cause, scope, since, expires, why; only the first is needed."
            })
    static final class Import extends OfFile {
        @Option(names = "--why", defaultValue = "imported", description = "noted with each address")
        private String why = "";

        @Override
        JsonNode ask(ApiClient server) throws IOException {
            check();
            // Grows with time, so that the server can tell abandoned imports from running ones.
            String id = "%016x".formatted(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
            int parts =
                    send(
                            (number, part) ->
                                    server.post(
                                            "/suppression-imports/" + id,
                                            Map.of("part", number, "rows", part)));
            return server.postAtLength(
                    "/suppression-imports/" + id + "/commit",
                    Map.of("parts", parts, "rows", rows, "why", why));
        }
    }

    @Command(
            name = "simulate",
            description = "Tell what an import of a file would do, and do nothing.")
    static final class Simulate extends OfFile {
        @Override
        JsonNode ask(ApiClient server) throws IOException {
            skipBad = true;
            check();
            Map<String, Long> sum = new java.util.LinkedHashMap<>();
            sum.put("bad", badLines);
            send(
                    (_, part) -> {
                        JsonNode told =
                                server.post("/suppression-simulations", Map.of("rows", part));
                        for (String name : List.of("fresh", "suppressed", "lifted", "contacts")) {
                            sum.merge(name, told.path(name).asLong(), Long::sum);
                        }
                    });
            return JsonText.tree(sum);
        }
    }

    @Command(
            name = "export",
            description = "Write all suppressions as CSV that can be imported again.")
    static final class Export implements Callable<Integer> {
        private static final List<String> COLUMNS =
                Stream.concat(
                                SuppressionRows.COLUMNS.stream(),
                                Stream.of("who", "rule", "evidence"))
                        .toList();

        @Mixin private ConfigOption config;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            ApiClient server = ApiClient.of(config.server());
            PrintWriter out = spec.commandLine().getOut();
            Csv.write(out, csv -> all(server, csv));
            out.flush();
            return 0;
        }

        private static void all(ApiClient server, Csv csv) throws IOException {
            csv.row(COLUMNS);
            String after = "";
            do {
                JsonNode page =
                        server.get(
                                "/suppressions?limit=1000"
                                        + (after.isEmpty()
                                                ? ""
                                                : "&after=" + ApiClient.part(after)));
                page.path("items").forEach(row -> print(row, csv));
                after = page.path("next").asString("");
            } while (!after.isEmpty());
        }

        private static void print(JsonNode row, Csv csv) {
            for (JsonNode entry : row.path("entries")) {
                csv.row(
                        COLUMNS.stream()
                                .map(
                                        name ->
                                                (name.equals("address") ? row : entry)
                                                        .path(name)
                                                        .asString(""))
                                .toList());
            }
        }
    }
}
