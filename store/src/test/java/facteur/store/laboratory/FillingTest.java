package facteur.store.laboratory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.mail.status.Status;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.query.Campaign;
import facteur.store.query.LinkClicks;
import facteur.store.query.TallyKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;

class FillingTest {
    @TempDir private Path directory;

    @Test
    void the_clicks_of_a_campaigns_links_are_those_of_its_recipients() throws Exception {
        Store.Options options = new Store.Options(directory, 8 << 20, FileOpener.real());
        // A clock knows more of a moment than a journal keeps.
        Instant until = Instant.parse("2026-06-01T00:00:00.123456789Z");
        Filling.run(options, new Filling.Plan(2_000, 2, 500, until), _ -> {});
        try (Store store = Store.open(options)) {
            for (Campaign campaign : store.views().campaigns().all()) {
                long clicked =
                        store.views()
                                .campaigns()
                                .sums(new TallyKey.Campaign(campaign.id()))
                                .showing(Status.CLICKED, false);
                assertTrue(clicked > 0, campaign.toString());
                assertEquals(
                        clicked,
                        store.views().campaigns().links(campaign.id(), 10).stream()
                                .mapToLong(LinkClicks::people)
                                .sum());
            }
        }
    }
}
