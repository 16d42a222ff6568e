package facteur.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import facteur.admin.report.ContactMatrix;
import facteur.admin.web.Query;
import facteur.mail.event.EngagementEvent.Audience;
import facteur.mail.message.RecipientId;
import facteur.mail.status.Status;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.query.Campaign;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Contacts found through a campaign's statuses are those that looking at all of them would find.
 */
class MatrixTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path directory;
    private Store store;
    private ContactMatrix contactMatrix;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(new Store.Options(directory, 8 << 20, FileOpener.real()));
        contactMatrix = new ContactMatrix(store.views());
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Some are written to twice in one campaign, and stand there once. */
    private void mail() throws Exception {
        Mailing mailing = new Mailing(store);
        for (int i = 0; i < 40; i++) {
            String address = "p%02d@shop.example".formatted(i);
            Instant at = NOON.plusSeconds(i);
            RecipientId first = mailing.accepted(Mailing.Letter.of("A"), address, at);
            fate(mailing, first, i, at);
            if (i % 3 == 0) {
                fate(mailing, mailing.accepted(Mailing.Letter.of("A"), address, at), i / 3, at);
            }
            if (i % 2 == 0) {
                fate(mailing, mailing.accepted(Mailing.Letter.of("B"), address, at), i / 2, at);
            }
        }
        mailing.write();
    }

    private static void fate(Mailing mailing, RecipientId id, int number, Instant at) {
        if (number % 5 == 0) {
            mailing.hard(id, at.plusSeconds(1), "5.1.1 unknown");
            return;
        }
        mailing.delivered(id, at.plusSeconds(1));
        if (number % 5 < 3) {
            mailing.opened(id, at.plusSeconds(60), Audience.HUMAN);
        }
        if (number % 5 == 1) {
            mailing.clicked(id, at.plusSeconds(90), Audience.HUMAN, "https://shop.example/a");
        }
    }

    private List<ContactMatrix.Line> all(String query, int limit) {
        ContactMatrix.Filter filter =
                ContactMatrix.Filter.of(Query.parse(query), store.views().campaigns());
        List<ContactMatrix.Line> lines = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            ContactMatrix.Page page = contactMatrix.page(filter, after, limit);
            lines.addAll(page.lines());
            after = page.next();
        } while (after.isPresent());
        return lines;
    }

    private static List<String> addresses(List<ContactMatrix.Line> lines) {
        return lines.stream().map(line -> line.contact().address().toString()).toList();
    }

    private String id(String campaign) {
        return "id:" + store.views().campaigns().find(campaign).map(Campaign::id).orElseThrow();
    }

    @Test
    void a_filter_finds_whom_looking_at_everybody_finds() throws Exception {
        mail();
        String both = "campaigns=" + id("A") + "," + id("B");
        List<ContactMatrix.Line> everybody = all(both, 1000);
        assertEquals(40, everybody.size());
        for (Status in : Status.values()) {
            for (Status not : Status.values()) {
                String query =
                        both + "&in." + id("A") + "=" + in.key() + "&in." + id("B") + "=!"
                                + not.key();
                List<String> expected =
                        addresses(
                                everybody.stream()
                                        .filter(
                                                line ->
                                                        line.cells()
                                                                .getFirst()
                                                                .equals(Optional.of(in)))
                                        .filter(
                                                line ->
                                                        !line.cells()
                                                                .get(1)
                                                                .equals(Optional.of(not)))
                                        .toList());
                for (int limit : List.of(1, 3, 100)) {
                    List<String> found = addresses(all(query, limit));
                    assertEquals(new TreeSet<>(expected), new TreeSet<>(found), query);
                    assertEquals(expected.size(), found.size(), query + " names somebody twice");
                }
            }
        }
    }

    @Test
    void sorted_by_a_column_everybody_sent_to_in_it_stands_once_status_by_status()
            throws Exception {
        mail();
        String query = "campaigns=" + id("A") + "," + id("B") + "&sort=" + id("B");
        for (int limit : List.of(1, 7, 100)) {
            List<ContactMatrix.Line> lines = all(query, limit);
            assertEquals(20, lines.size());
            assertEquals(20, new TreeSet<>(addresses(lines)).size());
            List<Status> shown =
                    lines.stream().map(line -> line.cells().get(1).orElseThrow()).toList();
            assertEquals(shown.stream().sorted().toList(), shown);
        }
        assertEquals(List.of("p04@shop.example"), addresses(all(query + "&q=p04", 100)));
        assertTrue(all(query + "&q=nobody", 100).isEmpty());
    }
}
