package facteur.server.cli;

import facteur.config.unit.Durations;

import picocli.CommandLine.Option;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** From when until when, as a person says it. */
final class TimeSpan {
    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "",
            description = "not before: 2h, 3d (ago), 2026-11-24 or 2026-11-24T09:30:00Z, in UTC")
    private String since = "";

    @Option(
            names = "--until",
            paramLabel = "TIME",
            defaultValue = "",
            description = "before that, written likewise")
    private String until = "";

    String since(Instant now) {
        return moment("--since", since, now);
    }

    String until(Instant now) {
        return moment("--until", until, now);
    }

    private static String moment(String option, String said, Instant now) {
        return said.isEmpty()
                ? ""
                : read(said, now)
                        .map(Instant::toString)
                        .orElseThrow(
                                () ->
                                        new UsageError(
                                                option
                                                        + ": a time such as 2h, 3d, 2026-11-24 or"
                                                        + " 2026-11-24T09:30:00Z, not "
                                                        + said));
    }

    /** A time ago, a day at its beginning, or an instant. */
    static Optional<Instant> read(String said, Instant now) {
        Optional<Instant> ago = Durations.parse(said).map(now::minus);
        if (ago.isPresent()) {
            return ago;
        }
        try {
            return Optional.of(
                    said.length() == 10
                            ? LocalDate.parse(said).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(said));
        } catch (DateTimeException _) {
            return Optional.empty(); // no time: the caller says what is one
        }
    }
}
