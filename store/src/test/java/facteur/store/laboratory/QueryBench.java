package facteur.store.laboratory;

import facteur.mail.status.Status;
import facteur.store.Store;
import facteur.store.journal.FileOpener;
import facteur.store.lmdb.Environment;
import facteur.store.query.Campaign;
import facteur.store.query.Contact;
import facteur.store.query.SearchCriteria;
import facteur.store.query.TallyKey;
import facteur.store.view.Views;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What questions cost. By default of a small store; with {@code -Dstore.filled=DIR} of one that
 * {@code facteur lab fill} has made.
 */
@Tag("bench")
class QueryBench {
    private static final int TIMES = 300;

    @TempDir private Path directory;

    private interface Question {
        void ask(Random random);
    }

    private static void time(String what, Question question) {
        Random random = new Random(1);
        long[] micros = new long[TIMES];
        for (int round = 0; round < 2; round++) { // the second one counts
            for (int i = 0; i < TIMES; i++) {
                long begin = System.nanoTime();
                question.ask(random);
                micros[i] = (System.nanoTime() - begin) / 1000;
            }
        }
        Arrays.sort(micros);
        System.out.printf(
                "%-52s p50 %7.3f ms, p99 %7.3f ms%n",
                what, micros[TIMES / 2] / 1e3, micros[TIMES * 99 / 100] / 1e3);
    }

    @Test
    void questions() throws Exception {
        String given = System.getProperty("store.filled", "");
        Path data = given.isEmpty() ? directory.resolve("data") : Path.of(given);
        if (given.isEmpty()) {
            Filling.run(
                    new Store.Options(data, 64 << 20, FileOpener.real()),
                    new Filling.Plan(100_000, 40, 10_000, Instant.parse("2026-06-01T00:00:00Z")),
                    _ -> {});
        }
        try (Environment environment =
                Environment.open(
                        data.resolve("views"), Environment.Mode.READ_ONLY, FileOpener.real())) {
            Views views = new Views(environment::read);
            List<Campaign> campaigns = views.campaigns().all();
            System.out.printf(
                    "%d recipients, %d campaigns, %d MiB%n",
                    views.campaigns().sums(new TallyKey.Server()).tally(false).recipients(),
                    campaigns.size(),
                    environment.octets() >> 20);
            ask(views, campaigns);
        }
    }

    private static void ask(Views views, List<Campaign> campaigns) {
        int many = campaigns.size();
        time(
                "campaign page: row, sums, domains, hours, links",
                random -> {
                    long id = campaigns.get(random.nextInt(many)).id();
                    views.campaigns().find(id);
                    views.campaigns().sums(new TallyKey.Campaign(id));
                    views.campaigns().domains(id);
                    views.campaigns().hours(id, Instant.EPOCH, 200);
                    views.campaigns().links(id, 50);
                });
        for (Status status : List.of(Status.SENT, Status.CLICKED, Status.HARD_BOUNCE)) {
            time(
                    "page of 50 contacts that are " + status,
                    random -> {
                        long id = campaigns.get(random.nextInt(many)).id();
                        var first =
                                views.campaigns()
                                        .recipients(
                                                id, false, List.of(status), Optional.empty(), 50);
                        views.campaigns()
                                .recipients(
                                        id,
                                        false,
                                        List.of(status),
                                        Optional.of(first.getLast()),
                                        50);
                    });
        }
        time(
                "page of 50 contacts that opened at least",
                random ->
                        views.campaigns()
                                .recipients(
                                        campaigns.get(random.nextInt(many)).id(),
                                        false,
                                        List.of(Status.OPENED, Status.CLICKED),
                                        Optional.empty(),
                                        50));
        time(
                "50 contacts x 20 campaigns",
                random -> {
                    var contacts =
                            views.contacts()
                                    .page("contact" + random.nextInt(9), Optional.empty(), 50);
                    int from = random.nextInt(Math.max(1, many - 20));
                    views.contacts()
                            .cells(
                                    contacts.stream().map(Contact::id).toList(),
                                    IntStream.range(from, Math.min(many, from + 20))
                                            .mapToObj(i -> campaigns.get(i).id())
                                            .toList(),
                                    false);
                });
        time(
                "contact and his messages, with the newest timeline",
                random -> {
                    var contact = views.contacts().find(1L + random.nextInt(1000)).orElseThrow();
                    var messages = views.contacts().messages(contact.id(), Optional.empty(), 50);
                    views.messages().timeline(messages.getFirst().id());
                });
        searches(views);
    }

    private static void searches(Views views) {
        time(
                "search by domain",
                random ->
                        views.messages()
                                .search(
                                        SearchCriteria.ANY.atDomain(
                                                "d" + random.nextInt(400) + ".example"),
                                        Optional.empty(),
                                        50));
        time(
                "search by status in all campaigns",
                _ ->
                        views.messages()
                                .search(
                                        SearchCriteria.ANY.showing(
                                                Set.of(Status.HARD_BOUNCE), false),
                                        Optional.empty(),
                                        50));
        time(
                "search by reason and domain in all campaigns",
                random ->
                        views.messages()
                                .search(
                                        SearchCriteria.ANY
                                                .because(
                                                        facteur.mail.outcome.BounceCategory
                                                                .MAILBOX_FULL)
                                                .atDomain("d" + random.nextInt(400) + ".example"),
                                        Optional.empty(),
                                        50));
        time(
                "search by time",
                random -> {
                    Instant at =
                            Instant.parse("2026-05-01T00:00:00Z").plusSeconds(random.nextInt(9999));
                    views.messages()
                            .search(
                                    SearchCriteria.ANY.between(at, at.plusSeconds(3600)),
                                    Optional.empty(),
                                    50);
                });
    }
}
