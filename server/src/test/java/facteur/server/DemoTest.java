package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.server.demo.Demo;
import facteur.store.query.RecipientState.Badge;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The first thing that a newcomer runs. */
class DemoTest {
    @TempDir private Path directory;

    @Test
    void every_status_is_seen_within_a_minute_and_what_comes_back_later_too() throws Exception {
        StringWriter said = new StringWriter();
        try (Demo demo = new Demo(directory, 0, new PrintWriter(said, true))) {
            assertTrue(demo.play(Duration.ofMinutes(1)), said::toString);
            for (Badge badge : List.of(Badge.LATE_BOUNCE, Badge.COMPLAINED, Badge.AUTO_REPLIED)) {
                assertTrue(demo.count(badge) > 0, badge + "\n" + said);
            }
            assertEquals(Set.of("mx.yahoo.lab"), demo.paused(), said::toString);
        }
        System.out.println(said);
    }
}
