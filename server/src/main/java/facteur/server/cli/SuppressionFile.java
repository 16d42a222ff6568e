package facteur.server.cli;

import facteur.admin.fastcsv.CsvFile;
import facteur.admin.order.SuppressionRows;
import facteur.config.icu.IcuDomains;
import facteur.mail.address.AddressParser;
import facteur.mail.outcome.SuppressionCause;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A CSV file of suppressed addresses ({@link SuppressionRows}), whose rows are judged before the
 * server is told of any.
 */
final class SuppressionFile {
    private static final String SCOPE = "all|campaigns|credential:.+";
    private static final int MAX_CHARACTERS = 8192;

    private final Path file;
    private final AddressParser addresses = new AddressParser(new IcuDomains());

    SuppressionFile(Path file) {
        this.file = file;
    }

    /** A row that cannot be taken, by the line in which it begins, from 1. */
    record Bad(long line, String problem) {}

    /**
     * Reads the whole file, however long, a row at a time.
     *
     * @param good is given each row, by column
     */
    void read(Consumer<Map<String, String>> good, Consumer<Bad> bad) throws IOException {
        try (Reader in = Files.newBufferedReader(file)) {
            SuppressionRows.read(
                    in,
                    row -> {
                        Optional<String> problem =
                                row.length() > MAX_CHARACTERS
                                        ? Optional.of("too long")
                                        : problem(row.cells());
                        if (problem.isPresent()) {
                            bad.accept(new Bad(row.line(), problem.get()));
                        } else {
                            good.accept(row.cells());
                        }
                    });
        } catch (CsvFile.Endless e) {
            throw new UsageError(file + ", " + e.getMessage());
        } catch (CharacterCodingException e) {
            throw new IOException("read " + file + ": it is not UTF-8", e);
        }
    }

    private Optional<String> problem(Map<String, String> row) {
        String address = row.getOrDefault("address", "");
        String cause = row.getOrDefault("cause", "manual");
        String scope = row.getOrDefault("scope", "all");
        if (addresses.address(address).isEmpty()) {
            return Optional.of("\"" + address + "\" is not an address");
        }
        if (SuppressionCause.standing().stream().noneMatch(c -> c.key().equals(cause))) {
            return Optional.of(
                    "cause \""
                            + cause
                            + "\" is none of "
                            + String.join(
                                    ", ",
                                    SuppressionCause.standing().stream()
                                            .map(SuppressionCause::key)
                                            .toList()));
        }
        if (!scope.matches(SCOPE)) {
            return Optional.of("scope \"" + scope + "\" is none of " + SCOPE.replace("|", ", "));
        }
        for (String time : List.of("since", "expires")) {
            String said = row.get(time);
            if (said != null && !isTime(said)) {
                return Optional.of(
                        time + " \"" + said + "\" is not a time such as 2027-01-31T00:00:00Z");
            }
        }
        return Optional.empty();
    }

    private static boolean isTime(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
