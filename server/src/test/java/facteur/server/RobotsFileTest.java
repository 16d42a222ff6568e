package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Robot rules of an operator's own, as they are read at a start and at a reload. */
class RobotsFileTest {
    @TempDir private Path directory;

    private Path file(LocalDate looked) throws Exception {
        return Files.writeString(
                directory.resolve("robots.yaml"),
                """
                date: 2026-11-24
                agents: []
                networks:
                  - { id: house-filter, audience: machine, date: %s, ranges: [192.0.2.0/24] }
                """
                        .formatted(looked));
    }

    private static List<String> warnings(Path file) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(TrackerWiring.class);
        logger.addAppender(log);
        try {
            TrackerWiring.robots(Optional.of(file));
        } finally {
            logger.detachAppender(log);
        }
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void networks_that_nobody_has_compared_for_half_a_year_are_warned_of() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        assertEquals(List.of(), warnings(file(today.minusDays(170))));
        LocalDate longAgo = today.minusDays(200);
        List<String> warnings = warnings(file(longAgo));
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(
                warnings.getFirst().contains("house-filter")
                        && warnings.getFirst().contains(longAgo.toString()),
                warnings::toString);
    }

    @Test
    void a_file_that_cannot_be_used_is_named_with_what_is_wrong() throws Exception {
        Path file = file(LocalDate.now(ZoneOffset.UTC));
        String good = Files.readString(file);
        for (String[] edit :
                new String[][] {
                    {"audience: machine", "audience: robot", "probable_machine"},
                    {"audience: machine", "audience: machine, within: 30s", "probable_machine"},
                    {"ranges", "range", "did you mean ranges?"},
                    {"[192.0.2.0/24]", "[a::]", "not a plain value"},
                    {"192.0.2.0/24", "192.0.2.0/99", "\"192.0.2.0/99\" cannot be read"},
                    {"2026-11-24", "yesterday", "\"yesterday\" cannot be read"},
                    {"agents: []", "agents: [", "not YAML"},
                }) {
            Files.writeString(file, good.replace(edit[0], edit[1]));
            IllegalArgumentException bad =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> TrackerWiring.robots(Optional.of(file)));
            String said = String.valueOf(bad.getMessage());
            assertTrue(said.contains(edit[2]) && said.contains(file.toString()), said);
        }
    }
}
